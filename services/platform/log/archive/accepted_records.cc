#include "platform/log/archive/accepted_records.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/log/ask_within.h"
#include "platform/log/beyond_history.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

// Everything that is read was stored before; the wait only bounds how soon an adapter is asked
// again.
constexpr auto kReadWait = 100ms;

Error NewerProgramNeeded(const PartitionId& partition, const ReadRecord& record,
                         const std::string& why) {
  return {Code::kFailedPrecondition,
          fmt::format(
              "{} at offset {}, sequence {}: the record is authentic, and this program "
              "cannot use it: {}; if a newer program wrote it, run that one; if none did, somebody "
              "else has its writer's key: copy the log for evidence",
              ToString(partition), record.offset(), record.body().first_sequence(), why),
          "NEWER_PROGRAM_NEEDED",
          {{"partition", ToString(partition)}, {"offset", std::to_string(record.offset())}}};
}

Error DamagedAt(const PartitionId& partition, const ReadRecord& record, std::string_view what) {
  return {Code::kDataLoss,
          fmt::format("the log is damaged: {} at offset {}: {}; restore the log",
                      ToString(partition), record.offset(), what),
          "LOG_DAMAGED",
          {{"partition", ToString(partition)}, {"offset", std::to_string(record.offset())}}};
}

// Whether a void record may stand there.
Result<void> CheckVoid(const EventLog& log, const Founding& founding, const ChainView& view,
                       const PartitionId& partition, const ReadRecord& record,
                       const VoidRecord& refused) {
  if (log.HasSoleWriter()) {
    return DamagedAt(partition, record,
                     fmt::format("a record that is void ({}) stands there, and no writer of this "
                                 "log stores one",
                                 Name(refused.reason)));
  }
  if (!refused.stamp) return {};
  const std::optional<std::string> beyond = BeyondHistory(view, *refused.stamp);
  if (!beyond || !IsAuthentic(view, founding, record)) return {};
  return DamagedAt(partition, record, *beyond);
}

Error Unreadable(const ReadProgress& done, std::chrono::milliseconds patience) {
  return {Code::kUnavailable,
          fmt::format("the log says that it has {} records, and behind {} of them nothing came for "
                      "{} ms; check that it can be reached, and do it again",
                      done.total, done.records, patience.count()),
          "LOG_UNREADABLE"};
}

Result<void> TakeRecord(const EventLog& log, const Founding& founding, StoredRecord stored,
                        const AcceptedVisitor& visitor, PartitionReading& reading) {
  const ReadRecord record(stored.offset, std::move(stored.bytes));
  Verdict verdict = Accept(reading.view, founding, record);
  if (const auto* stop = std::get_if<StopRecord>(&verdict)) {
    return NewerProgramNeeded(stored.partition, record, stop->why);
  }
  if (const auto* refused = std::get_if<VoidRecord>(&verdict)) {
    TL_TRY_VOID(CheckVoid(log, founding, reading.view, stored.partition, record, *refused));
    ++reading.voids;
    return {};
  }
  auto* accepted = std::get_if<AcceptedRecord>(&verdict);
  TL_TRY_VOID(visitor(stored.partition, record, *accepted));
  reading.view = std::move(accepted->next);
  ++reading.records;
  return {};
}

}  // namespace

Result<Readings> ReadAccepted(EventLog& log, const Founding& founding,
                              const AcceptedVisitor& visitor, const ReadProgressCallback& progress,
                              std::chrono::milliseconds patience) {
  Readings readings;
  std::map<PartitionId, Offset> tails;
  std::vector<ReadFrom> from;
  ReadProgress done;
  for (const PartitionId& partition : PartitionsOf(founding.root)) {
    TL_TRY(const Offset tail, AskWithin(patience, [&] { return log.Tail(partition); }));
    readings[partition].view = EmptyView(partition);
    tails[partition] = tail;
    done.total += tail;
    from.push_back({partition, 0});
  }
  TL_TRY(const auto reader, AskWithin(patience, [&] { return log.OpenReader(from); }));
  auto last_read = std::chrono::steady_clock::now();
  while (done.records < done.total) {
    TL_TRY(auto batch, reader->Next(kReadWait));
    const auto now = std::chrono::steady_clock::now();
    if (!batch.empty()) last_read = now;
    if (now - last_read > patience) return Unreadable(done, patience);
    for (StoredRecord& stored : batch) {
      if (stored.offset >= tails.at(stored.partition)) continue;
      ++done.records;
      PartitionReading& reading = readings.at(stored.partition);
      TL_TRY_VOID(TakeRecord(log, founding, std::move(stored), visitor, reading));
    }
    if (progress) progress(done);
  }
  return readings;
}

}  // namespace twinledger::log
