// A record is submitted, or kept on this machine until it can be.
#pragma once

#include "twinledger/command/registry/write.h"
#include "twinledger/command/session.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::client {

// Puts the request into the outbox of the account before it is first sent; then sends what waits
// there, this one as the last. An answer takes it out again, be it a refusal: its user has seen it,
// and the exit code is that of any refusal. Without an answer it stays, and the exit code is
// kQueued.
ExitCode SubmitOrQueue(Session& session, engagement::v1::SubmitRecordRequest& request,
                       WriteFlags& flags);

}  // namespace twinledger::client
