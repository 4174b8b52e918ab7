// Commits of the log as JSON, the same whether read here or by a server.
//
//   position, commit_hash, record_hash, record_time, actor, method, request_id, outcome,
//   refusal_reason, key ("council/wellington-city"), marking, event_types, events
//
// An event is {"type": "council_amended", "content": {...}, "provenance": {...}}; one that this
// build cannot read has the type "unknown" and its bytes in hexadecimal.
#pragma once

#include "platform/crypto/hash.h"
#include "platform/log/partition.h"
#include "twinledger/log/v1/record.pb.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {

Json CommitJson(const log::PartitionId& partition, const log::v1::Commit& commit,
                const crypto::Hash& commit_hash, const crypto::Hash& record_hash);

}  // namespace twinledger::client
