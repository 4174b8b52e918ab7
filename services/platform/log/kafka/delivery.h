// What a delivery report says of an append.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>

#include "platform/log/event_log.h"

namespace twinledger::log {

// Kinds are as the append protocol has them: sure is only what a broker acknowledged at an offset,
// or refused without ever having had it. The library never takes back "possibly persisted" of an
// earlier attempt, so a refusal of the last attempt alone does not look sure.
AppendOutcome OutcomeOf(const PartitionId& to, rd_kafka_resp_err_t error,
                        rd_kafka_msg_status_t status, std::int64_t offset);

// Nothing was sent.
AppendOutcome NotSent(Error error);

// No report came within `timeout`.
AppendOutcome NoReport(const PartitionId& to, std::chrono::milliseconds timeout);

// The session is of no more use; its owner is to open another.
AppendOutcome SessionBroken(const PartitionId& to);

// NotSent, INVALID_ARGUMENT.
AppendOutcome RecordTooLarge(const PartitionId& to, std::size_t bytes);
AppendOutcome NoSuchPartition(const PartitionId& to);

}  // namespace twinledger::log
