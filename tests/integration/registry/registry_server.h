// A server with the registry.
#pragma once

#include <string>

#include "registry/registry.h"
#include "tests/integration/hosted_server.h"

namespace twinledger::testing {

inline const std::string kRegistry = "twinledger.registry.v1.RegistryService/";

class RegistryServer : public HostedServer {
 public:
  RegistryServer() : HostedServer({{"registry", registry::Open}}) {}
};

// The answer; the test fails if it is an error.
template <class Response, class Request>
Response Ask(const Caller& caller, const std::string& method, const Request& request) {
  return AskMethod<Response>(caller, kRegistry + method, request);
}

template <class Response, class Request>
Response Ask(const Caller& caller, const std::string& method, const std::string& request) {
  return Ask<Response>(caller, method, Parsed<Request>(request));
}

}  // namespace twinledger::testing
