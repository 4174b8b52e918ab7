// Commits of the log as JSON, whether read here or by a server.
//
//   position, commit_hash, record_hash, record_time, actor, method, request_id, outcome,
//   refusal_reason, key ("council/wellington-city"), marking, event_types, events
//
// An event is {"type": "council_amended", "content": {...}}; one that this build cannot read has
// the type "unknown" and its bytes in hexadecimal.
#pragma once

#include <string_view>

#include "platform/log/archive/replay.h"
#include "twinledger/audit/v1/audit.pb.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {

Json CommitJson(const log::ReplayedCommit& replayed);
Json CommitJson(const audit::v1::ReplayCommitsResponse& commit);

// Whether the commit has an event of that type.
bool HasEvent(std::string_view stream, const log::v1::Commit& commit, std::string_view type);

}  // namespace twinledger::client
