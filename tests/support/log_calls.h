// Appending to and reading from a log in a test, one call each.
#pragma once

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/event_log.h"

namespace twinledger::testing {

// Appends through `session` and waits for the report. For a log whose callbacks come from a thread.
inline log::AppendOutcome AppendAndWait(log::AppendSession& session, const log::PartitionId& to,
                                        std::string record) {
  std::promise<log::AppendOutcome> reported;
  session.Append(to, std::move(record),
                 [&](const log::AppendOutcome& outcome) { reported.set_value(outcome); });
  return reported.get_future().get();
}

inline log::AppendOutcome AppendAndWait(log::EventLog& log, const log::PartitionId& to,
                                        std::string record) {
  auto session = log.OpenSession();
  TL_CHECK(session.ok());
  return AppendAndWait(**session, to, std::move(record));
}

// All of a partition from `offset` to the tail of this moment, or the error on the way, behind what
// was read before it.
struct Contents {
  std::vector<std::string> records;
  std::optional<Error> error;
};
inline Contents ReadAll(log::EventLog& log, const log::PartitionId& partition,
                        log::Offset offset = 0) {
  Contents contents;
  const auto tail = log.Tail(partition);
  auto reader = log.OpenReader({{partition, offset}});
  if (!tail.ok() || !reader.ok()) {
    contents.error = tail.ok() ? reader.error() : tail.error();
    return contents;
  }
  while (offset < *tail) {
    auto batch = (*reader)->Next(std::chrono::milliseconds(10));
    if (!batch.ok()) {
      contents.error = batch.error();
      return contents;
    }
    for (log::StoredRecord& record : *batch) {
      TL_CHECK(record.offset == offset);
      ++offset;
      contents.records.push_back(std::move(record.bytes));
    }
  }
  return contents;
}

}  // namespace twinledger::testing
