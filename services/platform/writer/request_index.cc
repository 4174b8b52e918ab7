#include "platform/writer/request_index.h"

#include <chrono>
#include <utility>

#include "platform/base/check.h"
#include "platform/projection/platform_tables.h"
#include "platform/writer/attempt_errors.h"

namespace twinledger::writer {
namespace {

WallTime TimeOf(std::int64_t microseconds) {
  return WallTime(std::chrono::microseconds(microseconds));
}

Result<Outcome> Recorded(const projection::PartitionView& view,
                         const projection::v1::RequestRow& request) {
  const store::CutReader rows(view.state());
  TL_TRY(const std::optional<projection::v1::CommitRow> commit,
         rows.Get(projection::kCommits,
                  projection::SequenceKey(view.partition(), request.sequence())));
  TL_CHECK(commit.has_value());  // Both rows are of one batch (rule 20).
  Outcome outcome{.partition = view.partition(),
                  .sequence = request.sequence(),
                  .commit_hash = {},
                  .record_time = TimeOf(commit->record_time_us()),
                  .outcome = request.outcome(),
                  .refusal = request.refusal()};
  TL_CHECK(crypto::HashFromBytes(commit->hash(), outcome.commit_hash));
  return outcome;
}

}  // namespace

std::optional<Result<Outcome>> FindOutcome(const projection::PartitionView& view,
                                           const Command& command) {
  const Result<std::optional<projection::v1::RequestRow>> request =
      view.FindRequest(command.actor, command.request_id);
  if (!request) return Result<Outcome>(request.error());
  if (!*request) return std::nullopt;
  if ((*request)->digest() != crypto::Bytes(command.digest)) {
    return Result<Outcome>(
        RequestIdReused(command.request_id, view.partition(), (*request)->sequence()));
  }
  return Recorded(view, **request);
}

Outcome OutcomeOf(const log::PartitionId& partition, const log::AcceptedCommit& accepted) {
  const log::v1::Commit& commit = accepted.commit;
  return {.partition = partition,
          .sequence = commit.sequence(),
          .commit_hash = accepted.hash,
          .record_time = TimeOf(commit.record_time_us()),
          .outcome = commit.outcome(),
          .refusal = commit.refusal()};
}

}  // namespace twinledger::writer
