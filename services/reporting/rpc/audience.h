// How much of what is recorded a caller may be shown.
#pragma once

#include "platform/rpc/caller.h"
#include "reporting/domain/release.h"

namespace twinledger::reporting {

// In what is given out: by the class of the record. Whoever makes the rules of risk is of neither
// a council nor the agency.
Audience AudienceOf(const rpc::CallerIdentity& caller);

// In what people work with: a council sees all that is its own.
Audience AudienceAtWork(const rpc::CallerIdentity& caller);

}  // namespace twinledger::reporting
