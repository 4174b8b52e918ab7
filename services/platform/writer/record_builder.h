// Makes one record: decides commands one after another, each on the state that the ones before it
// leave, and turns every decision into a commit.
//
//   Add(command)  --decided--> commit --applied to the overlay--> kAdded
//                 --world's error, too large, cannot be applied--> an Error for that command alone
//                 --full-------------------------------------------> kNoRoom
//   Finish(key)   -> the signed record, chained on the view's tip
//
// With one record in flight the state below is the view's alone: nothing else is under way
// (rule 11). Candidate commits go through the projection's own code before they are appended, so a
// build cannot write its own poison.
//
// Threads: confined to one, the same as the view's.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/projection/partition_view.h"
#include "platform/store/table.h"
#include "platform/writer/command.h"
#include "platform/writer/writer_limits.h"

namespace twinledger::writer {

class RecordBuilder {
 public:
  enum class Fate { kAdded, kNoRoom };
  using Step = std::variant<Fate, Outcome, Error>;  // Outcome: for validate_only alone.

  struct Built {
    log::ReadRecord record;  // At offset 0, until it is known where it stands.
    store::Batch rows;       // What it becomes on the view as it is.
  };

  // `view`, `limits` and `random` must outlive it, and the view must not move meanwhile.
  RecordBuilder(const projection::PartitionView& view, const WriterLimits& limits, WallTime now,
                RandomSource& random);

  Step Add(const Command& command);
  std::size_t commits() const { return static_cast<std::size_t>(body_.commits_size()); }
  Built Finish(const crypto::SigningKey& key) &&;  // REQUIRES: a commit.

 private:
  Result<Decision> Decide(const Command& command);
  Step AddCommit(const Command& command, const Decision& decision);
  log::v1::Commit MakeCommit(const Command& command, const Decision& decision) const;
  std::optional<Error> Apply(const Command& command, const log::AcceptedCommit& candidate);
  Outcome WouldBe(const Decision& decision) const;

  const projection::PartitionView& view_;
  const WriterLimits& limits_;
  RandomSource& random_;
  store::Overlay overlay_;
  WallTime record_time_;
  log::v1::RecordBody body_;
  std::vector<log::AcceptedCommit> commits_;  // Its commits, parsed.
  std::size_t commit_bytes_ = 0;
};

}  // namespace twinledger::writer
