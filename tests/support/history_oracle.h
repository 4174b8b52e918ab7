// Holds what clients saw against what the log has. One oracle for all fault tests:
//
//   L1  every ok is an accepted commit of that position, hash and request
//   L2  no request has two commits
//   L3  no request that failed has one
//   L4  nothing is left unknown, and a repeated request got the first outcome
//   L5  sequences are dense, record times never go back (the chain itself is checked in reading)
//   L6  what was answered before another request was sent stands before it, in one partition
//   L8  no void record, where nothing explains one
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "tests/support/history.h"

namespace twinledger::support {

struct CommitFact {
  log::Sequence sequence = 0;
  std::string hash;  // Hex.
  std::string request_id;
  std::int64_t record_time_us = 0;
};

struct LogFacts {
  std::map<log::PartitionId, std::vector<CommitFact>> partitions;
  std::uint64_t records = 0;
  std::uint64_t voids = 0;
};

// Reads the log from zero through the chain rule.
Result<LogFacts> ReadLogFacts(log::EventLog& log, const log::Founding& founding);

// Empty if all is well; else a line for each violation, which begins with its number.
std::vector<std::string> Violations(const std::vector<HistoryEvent>& history, const LogFacts& log);

}  // namespace twinledger::support
