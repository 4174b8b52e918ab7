// Times as clients read them.
#pragma once

#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <cstdint>

namespace twinledger::rpc {

// `time_us` as the log keeps time: microseconds since 1970.
inline google::protobuf::Timestamp TimestampOf(std::int64_t time_us) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(time_us);
}

}  // namespace twinledger::rpc
