// A server with some of the services, in this process: its own data directory, an embedded log,
// mTLS.
#pragma once

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/server/module.h"
#include "tests/integration/caller.h"

namespace twinledger::testing {

class HostedServer {
 public:
  explicit HostedServer(std::vector<server::Assembly> assemblies);
  ~HostedServer();

  void Restart();  // Drains, and opens what is on disk again.

  // "agency-approver", "auditor"; or of a council: "hutt-city/officer", "hutt-city/officer/k2".
  const Caller& As(const std::string& account);

  std::filesystem::path data_dir() const;

 private:
  void Start();
  std::filesystem::path BundleOf(const std::string& account);

  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::map<std::string, Caller> callers_;
};

// The answer of "package.Service/Method"; the test fails if it is an error.
template <class Response, class Request>
Response AskMethod(const Caller& caller, const std::string& method, const Request& request) {
  Response response;
  const Result<void> asked = caller.Call(method, request, response);
  EXPECT_TRUE(asked.ok()) << method << ": "
                          << (asked.ok() ? "" : asked.error().reason + " " + asked.error().message);
  return response;
}

template <class Request>
Request Parsed(const std::string& text) {
  Request parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &parsed)) << text;
  return parsed;
}

}  // namespace twinledger::testing
