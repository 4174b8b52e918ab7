// The record that was appended last, until both its report and its fate are known. Nothing else is
// appended meanwhile, so a report that names the session names the record too (rule 17).
//
//   fate:  open --met, accepted--------------------------------> accepted
//               --met, void, or another accepted (rule 14)-----> void
//
// Threads: confined to one.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "platform/log/chain.h"
#include "platform/log/partition.h"
#include "platform/projection/partition_view.h"

namespace twinledger::writer {

class RecordInFlight {
 public:
  enum class Fate { kOpen, kAccepted, kVoid };

  // It holds the first `commands` of the queue, as long as its fate is open.
  // `rows` is what its commits become on the view as it is.
  RecordInFlight(log::ReadRecord record, store::Batch rows, std::size_t commands)
      : record_(std::move(record)), rows_(std::move(rows)), commands_(commands) {}

  Fate fate() const { return fate_; }
  const log::ReadRecord& record() const { return record_; }  // At offset 0.
  const crypto::Hash& hash() const { return record_.hash(); }
  std::size_t commands() const { return commands_; }
  // Once: a view that had no room for them makes them anew.
  std::optional<store::Batch> TakeRows() { return std::exchange(rows_, std::nullopt); }

  // The view took the record at `offset`: this one, known by its hash since replicas share a key
  // (rule 11), or another.
  void OnConsumed(const projection::PartitionView::Consumed& consumed, log::Offset offset);

  void OnReported(log::Offset offset) { reported_at_ = offset; }
  std::optional<log::Offset> reported_at() const { return reported_at_; }

  // Whether the view met this record at `offset`.
  bool MetAt(log::Offset offset) const;

 private:
  log::ReadRecord record_;
  std::optional<store::Batch> rows_;
  std::size_t commands_;
  Fate fate_ = Fate::kOpen;
  std::vector<log::Offset> met_at_;  // More than one if it landed twice.
  std::optional<log::Offset> reported_at_;
};

}  // namespace twinledger::writer
