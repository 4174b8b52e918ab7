// policy_check PROTOSET: says which methods have no row in the policy, and which rows no
// method.
#include <cstdio>
#include <set>
#include <string>

#include "platform/rpc/policy.h"
#include "tools/policy_check/proto_services.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: policy_check PROTOSET\n", stderr);
    return 2;
  }
  const auto services = twinledger::policy_check::ProtoServices::Read(argv[1]);
  if (!services) {
    std::fprintf(stderr, "policy_check: %s\n", services.error().message.c_str());
    return 2;
  }
  std::set<std::string> methods;
  for (const auto* service : services->all()) {
    for (int i = 0; i < service->method_count(); ++i) {
      methods.insert(service->full_name() + "/" + service->method(i)->name());
    }
  }
  bool whole = true;
  for (const std::string& method : twinledger::rpc::MethodsWithoutRow(services->all())) {
    std::fprintf(stderr, "%s: no row in services/platform/rpc/policy.cc\n", method.c_str());
    whole = false;
  }
  for (const std::string& method : twinledger::rpc::MethodsWithRow()) {
    if (methods.contains(method)) continue;
    std::fprintf(stderr, "%s: has a row in services/platform/rpc/policy.cc and no service\n",
                 method.c_str());
    whole = false;
  }
  return whole ? 0 : 1;
}
