#include "reporting/rpc/audience.h"

namespace twinledger::reporting {

Audience AudienceOf(const rpc::CallerIdentity& caller) {
  if (!caller.council.empty()) return Audience::kCouncil;
  return caller.role == identity::Role::kRuleAuthor ? Audience::kPublic : Audience::kAgency;
}

Audience AudienceAtWork(const rpc::CallerIdentity& caller) {
  return caller.council.empty() ? AudienceOf(caller) : Audience::kAgency;
}

}  // namespace twinledger::reporting
