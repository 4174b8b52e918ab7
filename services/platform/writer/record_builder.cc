#include "platform/writer/record_builder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "platform/log/made_here.h"
#include "platform/log/sign_record.h"
#include "platform/projection/platform_tables.h"
#include "platform/writer/attempt_errors.h"

namespace twinledger::writer {
namespace {

// Tag and length of a commit in the body, at most.
constexpr std::size_t kCommitFramingBytes = 6;
constexpr std::size_t kSaltBytes = 16;
// Of the events, which are for ever; rows have versions of their own.
constexpr std::uint32_t kEventSchemaVersion = 1;

}  // namespace

RecordBuilder::RecordBuilder(const projection::PartitionView& view, const WriterLimits& limits,
                             WallTime now, RandomSource& random)
    : view_(view), limits_(limits), random_(random), overlay_(view.state()) {
  const log::ChainView& tip = view.chain();
  record_time_ = std::max(now, WallTime(std::chrono::microseconds(tip.record_time_us)));
  body_.set_stream(tip.partition.stream);
  body_.set_partition(tip.partition.partition);
  body_.set_first_sequence(tip.sequence + 1);
  body_.set_previous_hash(std::string(crypto::Bytes(tip.hash)));
}

RecordBuilder::Step RecordBuilder::Add(const Command& command) {
  if (commits() >= limits_.record_commits_max) return Fate::kNoRoom;
  overlay_.Begin(view_.partition(), body_.first_sequence() + commits());
  const Result<Decision> decision = Decide(command);
  if (!decision) return decision.error();
  if (command.validate_only && std::holds_alternative<log::v1::Refusal>(*decision)) {
    return WouldBe(*decision);
  }
  return AddCommit(command, *decision);
}

Result<Decision> RecordBuilder::Decide(const Command& command) {
  const log::PartitionId& partition = view_.partition();
  TL_TRY(const std::optional<projection::v1::ParkedRow> parked,
         overlay_.Get(projection::kParked, projection::ParkedKey(partition, command.key)));
  if (parked) return EntityParked(command, parked->sequence());
  // The earlier command may have left the queue without an outcome since this one was admitted;
  // then this one must not overtake it (rule 13).
  const bool follows = !command.after.empty() && !command.validate_only;
  if (follows && !Planted(PlantedBug::kRedoInAnotherOrder)) {
    TL_TRY(const std::optional<projection::v1::RequestRow> before,
           overlay_.Get(projection::kRequests,
                        projection::RequestKey(partition, command.actor, command.after)));
    if (!before) return AfterUnknown(command, limits_.retry_hint);
  }
  return command.decide(overlay_, DecisionContext{record_time_, command.actor});
}

RecordBuilder::Step RecordBuilder::AddCommit(const Command& command, const Decision& decision) {
  const std::string bytes = MakeCommit(command, decision).SerializeAsString();
  if (bytes.size() > limits_.command_bytes_max) {
    return TooLarge(command, bytes.size(), limits_.command_bytes_max);
  }
  const std::size_t framed = bytes.size() + kCommitFramingBytes;
  if (commits() > 0 && commit_bytes_ + framed > limits_.record_bytes_max) return Fate::kNoRoom;
  // Through the bytes, as every reader of the log will have it: text that is not UTF-8 serializes
  // and does not parse.
  log::AcceptedCommit candidate{{}, crypto::Sha256(bytes)};
  if (!candidate.commit.ParseFromString(bytes)) {
    return Unapplicable(command, "it does not parse, for instance because a text is not UTF-8");
  }
  if (std::optional<Error> error = Apply(command, candidate)) {
    overlay_.Rollback();
    return *std::move(error);
  }
  if (command.validate_only) {
    overlay_.Rollback();
    return WouldBe(decision);
  }
  body_.add_commits(bytes);
  commits_.push_back(std::move(candidate));
  commit_bytes_ += framed;
  return Fate::kAdded;
}

log::v1::Commit RecordBuilder::MakeCommit(const Command& command, const Decision& decision) const {
  log::v1::Commit commit;
  commit.set_sequence(body_.first_sequence() + commits());
  commit.set_record_time_us(record_time_.time_since_epoch().count());
  *commit.mutable_key() = command.key;
  commit.set_actor(command.actor);
  commit.set_request_id(command.request_id);
  commit.set_request_digest(std::string(crypto::Bytes(command.digest)));
  commit.set_method(command.method);
  commit.set_correlation_id(command.correlation_id);
  commit.set_causation(command.causation);
  commit.set_salt(random_.Bytes(kSaltBytes));
  commit.set_schema_version(kEventSchemaVersion);
  if (const auto* refusal = std::get_if<log::v1::Refusal>(&decision)) {
    commit.set_outcome(log::v1::OUTCOME_REFUSED);
    commit.set_marking(log::v1::MARKING_UNCLASSIFIED);
    commit.set_release_class(log::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY);
    *commit.mutable_refusal() = *refusal;
    return commit;
  }
  const Events& events = std::get<Events>(decision);
  commit.set_outcome(events.events.empty() ? log::v1::OUTCOME_UNCHANGED : log::v1::OUTCOME_DONE);
  commit.set_marking(events.marking);
  commit.set_release_class(events.release_class);
  for (const std::string& event : events.events) commit.add_events(event);
  return commit;
}

std::optional<Error> RecordBuilder::Apply(const Command& command,
                                          const log::AcceptedCommit& candidate) {
  const Result<std::optional<projection::Unapplicable>> applied =
      projection::ApplyCommit(view_.projection(), view_.partition(), candidate, overlay_);
  if (!applied) return applied.error();
  if (*applied) return Unapplicable(command, (*applied)->error);
  if (overlay_.fault()) return Unapplicable(command, overlay_.fault()->message);
  return std::nullopt;
}

Outcome RecordBuilder::WouldBe(const Decision& decision) const {
  Outcome outcome;
  outcome.partition = view_.partition();
  outcome.record_time = record_time_;
  if (const auto* refusal = std::get_if<log::v1::Refusal>(&decision)) {
    outcome.outcome = log::v1::OUTCOME_REFUSED;
    outcome.refusal = *refusal;
    return outcome;
  }
  outcome.outcome = std::get<Events>(decision).events.empty() ? log::v1::OUTCOME_UNCHANGED
                                                              : log::v1::OUTCOME_DONE;
  return outcome;
}

RecordBuilder::Built RecordBuilder::Finish(const crypto::SigningKey& key) && {
  TL_CHECK(body_.commits_size() > 0);
  std::string body = body_.SerializeAsString();
  const crypto::Hash hash = crypto::Sha256(body);
  log::v1::Record record = log::SignedRecord(std::move(body), key);
  std::string bytes = record.SerializeAsString();
  log::ReadRecord made(0, {std::move(bytes), std::move(record), std::move(body_), hash,
                           log::AcceptedCommits(std::move(commits_))});
  made.SetSignedBy(key.public_key());
  log::NoteMadeHere(made);
  return {std::move(made), overlay_.Take()};
}

}  // namespace twinledger::writer
