#include "platform/rpc/council_scope.h"

namespace twinledger::rpc {

Scope ScopeOfParent(const std::string& parent, Violations& wrong) {
  if (parent == kAllCouncils) return Scope::OfAll();
  return Scope::OfCouncil(ReadCouncilId("parent", parent, wrong), parent);
}

}  // namespace twinledger::rpc
