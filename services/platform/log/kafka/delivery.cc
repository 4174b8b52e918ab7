#include "platform/log/kafka/delivery.h"

#include <fmt/format.h>

#include <string>

#include "platform/log/kafka/kafka_error.h"

namespace twinledger::log {
namespace {

// Answers of a broker about a request that it did not carry out.
bool IsRefusal(rd_kafka_resp_err_t error) {
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
      return true;
    default:
      return false;
  }
}

AppendOutcome Ambiguous(const PartitionId& to, std::string_view why) {
  return {AppendOutcome::Kind::kAmbiguous,
          0,
          {Code::kUnavailable,
           fmt::format("an append to {} may be in the log, or land later: {}; let the chain decide",
                       ToString(to), why),
           "NO_REPORT",
           {{"partition", ToString(to)}, {"why", std::string(why)}}}};
}

}  // namespace

AppendOutcome OutcomeOf(const PartitionId& to, rd_kafka_resp_err_t error,
                        rd_kafka_msg_status_t status, std::int64_t offset) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && status == RD_KAFKA_MSG_STATUS_PERSISTED &&
      offset >= 0) {
    return {AppendOutcome::Kind::kAppended, static_cast<Offset>(offset)};
  }
  if (status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED && IsRefusal(error)) {
    return NotSent(KafkaError("appending to " + ToString(to), error));
  }
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Ambiguous(to, "it was acknowledged without a place");
  }
  return Ambiguous(to, rd_kafka_err2str(error));
}

AppendOutcome NotSent(Error error) {
  return {AppendOutcome::Kind::kNotAppended, 0, std::move(error)};
}

AppendOutcome NoReport(const PartitionId& to, std::chrono::milliseconds timeout) {
  return Ambiguous(to, fmt::format("no report came within {} ms", timeout.count()));
}

AppendOutcome SessionBroken(const PartitionId& to) {
  return Ambiguous(to, "its session has failed");
}

AppendOutcome RecordTooLarge(const PartitionId& to, std::size_t bytes) {
  return NotSent(
      {Code::kInvalidArgument,
       fmt::format("a record of {} has {} bytes and may have {}; put fewer commits into it",
                   ToString(to), bytes, kRecordBytesMax),
       "BAD_RECORD",
       {{"partition", ToString(to)},
        {"bytes", std::to_string(bytes)},
        {"bytes_max", std::to_string(kRecordBytesMax)}}});
}

AppendOutcome NoSuchPartition(const PartitionId& to) {
  return NotSent({Code::kInvalidArgument,
                  fmt::format("this log has no partition {}; check the stream's name and the "
                              "number of partitions",
                              ToString(to)),
                  "UNKNOWN_PARTITION",
                  {{"partition", ToString(to)}}});
}

}  // namespace twinledger::log
