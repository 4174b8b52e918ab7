// A server with the registry, in this process: its own data directory, an embedded log, mTLS.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "tests/integration/registry/caller.h"

namespace twinledger::testing {

inline const std::string kRegistry = "twinledger.registry.v1.RegistryService/";

class RegistryServer {
 public:
  RegistryServer();
  ~RegistryServer();

  void Restart();  // Drains, and opens what is on disk again.

  // "agency-approver", "auditor"; or of a council: "hutt-city/officer".
  const Caller& As(const std::string& account);

 private:
  void Start();
  std::filesystem::path BundleOf(const std::string& account);

  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::map<std::string, Caller> callers_;
};

// The answer; the test fails if it is an error.
template <class Response, class Request>
Response Ask(const Caller& caller, const std::string& method, const Request& request) {
  Response response;
  const Result<void> asked = caller.Call(kRegistry + method, request, response);
  EXPECT_TRUE(asked.ok()) << method << ": "
                          << (asked.ok() ? "" : asked.error().reason + " " + asked.error().message);
  return response;
}

template <class Response, class Request>
Response Ask(const Caller& caller, const std::string& method, const std::string& request) {
  Request parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, &parsed)) << request;
  return Ask<Response>(caller, method, parsed);
}

}  // namespace twinledger::testing
