#include "platform/writer/partition_writer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "platform/writer/attempt_errors.h"
#include "platform/writer/record_builder.h"
#include "platform/writer/request_index.h"

namespace twinledger::writer {
namespace {

// The first repetition is immediate, for a race; then it doubles, for a broker that is down.
constexpr std::chrono::milliseconds kBackOffFirst{50};
constexpr unsigned kBackOffDoublingsMax = 5;

// While more are on their way (expected_commands.h): so many are a record's worth.
constexpr std::size_t kWorthARecord = 16;

}  // namespace

PartitionWriter::PartitionWriter(projection::PartitionView& view, crypto::SigningKey key,
                                 Environment& environment, WriterLimits limits)
    : view_(view),
      key_(std::move(key)),
      environment_(environment),
      limits_(limits),
      clock_check_(environment.Now(), environment.Monotonic()),
      queue_(limits.queue_commands_max),
      append_not_before_(environment.Monotonic()) {}

PartitionWriter::~PartitionWriter() {
  TellToRepeat(MonotonicTime::max(), "The server is stopping");
  replies_.TellOutcomes(
      NotStored({Code::kUnavailable, "The server is stopping.", "REPEAT"}, limits_.retry_hint));
}

void PartitionWriter::Start() {
  Open(State::kOpening);
  Step();
}

void PartitionWriter::OnCommand(Command command, MonotonicTime deadline, Reply reply) {
  Admit({std::move(command), deadline, std::move(reply)});
  Step();
}

void PartitionWriter::OnCommands(std::vector<Submission> commands) {
  for (Submission& submission : commands) Admit(std::move(submission));
  Step();
}

void PartitionWriter::Admit(Submission submission) {
  Command& command = submission.command;
  TL_CHECK(log::PartitionOf(command.key, view_.founding().root.partitions()) ==
           view_.partition().partition);
  if (state_ == State::kStopped) {
    return replies_.Add(std::move(submission.reply), *view_.stopped());
  }
  if (command.request_id.empty()) {
    return replies_.Add(std::move(submission.reply), RequestIdMissing());
  }
  if (std::optional<Result<Outcome>> known = FindOutcome(view_, command)) {
    return replies_.Add(std::move(submission.reply), *std::move(known));
  }
  const CommandQueue::Place place = queue_.Find(command.actor, command.request_id);
  const bool joins = place != queue_.end() && !command.validate_only;
  std::optional<Error> error = joins ? std::nullopt : NotAdmitted(command);
  if (!error && queue_.full()) {
    error = QueueFull(view_.partition(), limits_.queue_commands_max, limits_.retry_hint);
  }
  if (error) return replies_.Add(std::move(submission.reply), *std::move(error));
  CommandQueue::Caller caller{command.digest, submission.deadline, std::move(submission.reply)};
  if (joins) return queue_.Join(place, std::move(caller));
  queue_.Push(std::move(command), std::move(caller));
}

std::optional<Error> PartitionWriter::NotAdmitted(const Command& command) {
  if (state_ == State::kNotAWriter) return CannotWrite();
  if (std::optional<Error> wrong = WrongClock()) return wrong;
  if (view_.no_room()) return NotAppended(*view_.no_room(), limits_.retry_hint);
  if (command.after.empty() || command.validate_only) return std::nullopt;
  if (queue_.Find(command.actor, command.after) != queue_.end()) return std::nullopt;
  const Result<std::optional<projection::v1::RequestRow>> before =
      view_.FindRequest(command.actor, command.after);
  if (!before) return before.error();
  if (!*before) return AfterUnknown(command, limits_.retry_hint);  // Rule 13.
  return std::nullopt;
}

std::optional<Error> PartitionWriter::CannotWrite() const {
  const log::ChainView& chain = view_.chain();
  if (chain.closed) return LogClosed(view_.partition());
  const bool enrolled =
      std::any_of(chain.keys.begin(), chain.keys.end(), [&](const log::v1::PublicKey& key) {
        return key.algorithm() == key_.public_key().algorithm() &&
               key.value() == key_.public_key().value();
      });
  if (enrolled) return std::nullopt;
  return NotAWriter(view_.partition(), key_.key_id(), limits_.retry_hint);
}

std::optional<Error> PartitionWriter::WrongClock() const {
  const std::optional<std::string> why =
      clock_check_.Wrong(environment_.Now(), environment_.Monotonic(),
                         WallTime(std::chrono::microseconds(view_.chain().record_time_us)));
  if (!why) return std::nullopt;
  return ClockRefused(*why, limits_.retry_hint);
}

void PartitionWriter::OnRecord(const log::ReadRecord& record) {
  if (state_ == State::kStopped) return;
  Consume(record);
  Step();
}

void PartitionWriter::Consume(const log::ReadRecord& record) {
  // The feed may bring it before its report does.
  const bool own = in_flight_ && in_flight_->fate() == RecordInFlight::Fate::kOpen &&
                   record.offset() == view_.next_offset() && record.parsed() &&
                   record.hash() == in_flight_->hash();
  OnTaken(record, own ? ConsumeOwn(record) : view_.Consume(record));
}

Result<projection::PartitionView::Consumed> PartitionWriter::ConsumeOwn(
    const log::ReadRecord& record) {
  std::optional<store::Batch> rows = in_flight_->TakeRows();
  return rows ? view_.ConsumeOwn(record, *std::move(rows)) : view_.Consume(record);
}

void PartitionWriter::OnTaken(const log::ReadRecord& record,
                              const Result<projection::PartitionView::Consumed>& consumed) {
  if (!consumed && !view_.stopped() && view_.no_room()) return FailBehindInFlight();
  if (!consumed) return Stop(consumed.error());
  const bool open = in_flight_ && in_flight_->fate() == RecordInFlight::Fate::kOpen;
  if (in_flight_) in_flight_->OnConsumed(*consumed, record.offset());
  if (open && in_flight_->fate() == RecordInFlight::Fate::kAccepted) {
    failures_ = 0;
    Count(consumed->commits);
    turns_.OnOwnAccepted(environment_.Monotonic());
    if (const auto until = turns_.OthersUntil(environment_.Monotonic())) {
      environment_.WakeAt(*until);
    }
  } else if (consumed->kind == projection::PartitionView::Consumed::Kind::kAccepted &&
             (state_ == State::kRunning || state_ == State::kDraining)) {
    turns_.OnOtherAccepted();
  }
  // Its commands are decided again from the front of the queue (rule 12), but not before its report
  // is in: else the successor of a slow record would be void as well, without end (rule 15).
  if (open && in_flight_->fate() == RecordInFlight::Fate::kVoid) {
    ++counts_.voids;
#ifdef TWINLEDGER_PLANTED_BUGS
    if (Planted(PlantedBug::kRedoInAnotherOrder)) queue_.Reverse();
#endif
    if (state_ == State::kRunning) state_ = State::kDraining;
  }
  for (const log::AcceptedCommit& commit : consumed->commits) Answer(commit);
}

void PartitionWriter::Answer(const log::AcceptedCommit& accepted) {
  const log::v1::Commit& commit = accepted.commit;
  const CommandQueue::Place place = queue_.Find(commit.actor(), commit.request_id());
  if (place == queue_.end()) return;
  CommandQueue::Waiting waiting = queue_.Take(place);
  for (CommandQueue::Caller& caller : waiting.callers) {
    if (commit.request_digest() == crypto::Bytes(caller.digest)) {
      replies_.Add(std::move(caller.reply), OutcomeOf(view_.partition(), accepted));
    } else {
      replies_.Add(std::move(caller.reply),
                   RequestIdReused(commit.request_id(), view_.partition(), commit.sequence()));
    }
  }
}

void PartitionWriter::Count(const log::AcceptedCommits& own) {
  ++counts_.records;
  for (const log::AcceptedCommit& accepted : own) {
    const log::v1::Outcome outcome = accepted.commit.outcome();
    if (outcome == log::v1::OUTCOME_DONE) ++counts_.done;
    if (outcome == log::v1::OUTCOME_UNCHANGED) ++counts_.unchanged;
    if (outcome == log::v1::OUTCOME_REFUSED) ++counts_.refused;
  }
}

void PartitionWriter::OnReport(SessionId session, const log::AppendOutcome& outcome) {
  const bool awaited = in_flight_ && !in_flight_->reported_at() && session == session_;
  if (state_ == State::kStopped || !awaited) return;
  switch (outcome.kind) {
    case log::AppendOutcome::Kind::kAppended:
      OnAppended(outcome.offset);
      break;
    case log::AppendOutcome::Kind::kNotAppended:
      OnNotAppended(outcome.error);
      break;
    case log::AppendOutcome::Kind::kAmbiguous:
      OnAmbiguous();
      break;
  }
  Step();
}

// Rule 16: it counts only at the view's next offset, where it is the next record read.
void PartitionWriter::OnAppended(log::Offset offset) {
  in_flight_->OnReported(offset);
  const log::Offset next = view_.next_offset();
  if (offset == next) {
    const log::ReadRecord own = in_flight_->record().At(offset);
    // Where the view has moved since, the chain makes it void, and its rows are not looked at.
    return OnTaken(own, ConsumeOwn(own));
  }
  if (offset > next && state_ == State::kRunning) state_ = State::kDraining;
}

// The commands of a record that certainly is not in the log may leave the queue: their callers are
// told so at once and repeat. Nothing of P1-P6 needs their places: each has no outcome anywhere or
// finds it in the index, and who named one of them in `after` is turned away when it is decided.
// Were they kept, a full disk would fill the queue with commands that nobody waits for.
void PartitionWriter::OnNotAppended(const Error& error) {
  ++counts_.not_appended;
  if (in_flight_->fate() == RecordInFlight::Fate::kOpen && error.reason != "NOT_AT_TIP") {
    DropInFlight(NotAppended(error, limits_.retry_hint));
  }
  in_flight_.reset();
  BackOff();
  CatchUp(State::kCatchingUp);
}

// It may land at any time: reading the tail does not settle it (rule 18). Its commands stay at the
// front of the queue and are decided again at the tip; whichever record lands first wins.
void PartitionWriter::OnAmbiguous() {
  ++counts_.ambiguous;
  if (!Planted(PlantedBug::kTailIsFinal)) {
    if (in_flight_->fate() == RecordInFlight::Fate::kOpen) {
      queue_.MarkFront(in_flight_->commands());
    }
    in_flight_.reset();
  }
  BackOff();
  Open(State::kCatchingUp);
}

void PartitionWriter::Finish() {
  if (!in_flight_ || !in_flight_->reported_at()) return;
  const log::Offset offset = *in_flight_->reported_at();
  if (view_.next_offset() <= offset) return;
  if (!in_flight_->MetAt(offset)) {
    return Stop(ReportContradictsView(view_.partition(), offset, view_.next_offset()));
  }
  in_flight_.reset();
  if (state_ == State::kDraining) state_ = State::kRunning;
}

void PartitionWriter::Open(State state) {
  session_ = environment_.NewSession();
  CatchUp(state);
}

// For speed only: what is appended behind the tip is void (rule 19).
void PartitionWriter::CatchUp(State state) {
  state_ = state;
  AskTail();
}

void PartitionWriter::AskTail() {
  tail_.Asked(view_.next_offset());
  environment_.AskTail();
}

void PartitionWriter::OnTail(const Result<log::Offset>& tail) {
  const TailQuestion::Answer answer = tail_.Answered(tail);
  if (answer == TailQuestion::Answer::kLow) {
    Stop(TailBehindView(view_.partition(), *tail, tail_.next_when_asked()));
  }
  Step();
}

void PartitionWriter::OnTick() {
  const MonotonicTime now = environment_.Monotonic();
  TellToRepeat(now, "The deadline passed first");
  if (tail_.ask_again() && state_ != State::kStopped) AskTail();
  Step();
}

void PartitionWriter::TellToRepeat(MonotonicTime deadline, const std::string& why) {
  queue_.Expire(deadline, [this, &why](const Command& command, CommandQueue::Caller caller) {
    replies_.Add(std::move(caller.reply), Repeat(command.request_id, why, limits_.retry_hint));
  });
  replies_.TellErrors();
}

void PartitionWriter::BackOff() {
  append_not_before_ = environment_.Monotonic();
  if (failures_ > 0) {
    append_not_before_ += kBackOffFirst * (1U << std::min(failures_ - 1, kBackOffDoublingsMax));
  }
  ++failures_;
}

void PartitionWriter::Stop(const Error& why) {
  if (state_ == State::kStopped) return;
  state_ = State::kStopped;
  if (!view_.stopped()) view_.Stop(why);
  in_flight_.reset();
  environment_.Alarm(why);
  FailQueue(*view_.stopped());
}

// What follows from the input just taken.
void PartitionWriter::Step() {
  if (view_.stopped()) Stop(*view_.stopped());
  if (state_ != State::kStopped) Finish();
  const bool at_tail = tail_.read_to() && view_.next_offset() >= *tail_.read_to();
  if (Planted(PlantedBug::kTailIsFinal) && at_tail && state_ == State::kCatchingUp && in_flight_) {
    if (in_flight_->fate() == RecordInFlight::Fate::kOpen) {
      DropInFlight(NotAppended({}, limits_.retry_hint));
    }
    in_flight_.reset();
  }
  if (at_tail && (state_ == State::kOpening || state_ == State::kCatchingUp)) {
    state_ = State::kRunning;
  }
  // Rule 23. Not before the tail: an empty view has no keys yet.
  if (state_ != State::kOpening && state_ != State::kStopped) {
    const std::optional<Error> cannot = CannotWrite();
    if (cannot) {
      state_ = State::kNotAWriter;
      in_flight_.reset();
      FailQueue(*cannot);
    } else if (state_ == State::kNotAWriter) {
      Open(State::kOpening);
    }
  }
  if (state_ != State::kStopped && view_.no_room()) {
    FailBehindInFlight();
    replies_.TellOutcomes(NotStored(*view_.no_room(), limits_.retry_hint));
  }
  if (state_ == State::kRunning && !in_flight_) Append();
  if (replies_.has_outcomes() && !std::exchange(storing_awaited_, true)) {
    environment_.AfterStoring([this](const Result<void>& stored) {
      storing_awaited_ = false;
      replies_.TellOutcomes(stored ? stored : NotStored(stored.error(), limits_.retry_hint));
    });
  }
  replies_.TellErrors();
}

bool PartitionWriter::WaitsForMore(MonotonicTime now) {
  const bool has_waited = waits_until_ && now >= *waits_until_;
  if (!has_waited && queue_.size() < kWorthARecord) {
    if (const auto until = environment_.MoreUntil()) {
      if (!waits_until_) waits_until_ = until;
      return true;
    }
  }
  waits_until_.reset();
  return false;
}

void PartitionWriter::Append() {
  const MonotonicTime now = environment_.Monotonic();
  if (queue_.empty() || now < append_not_before_ || turns_.OthersUntil(now)) return;
  if (view_.no_room() || WaitsForMore(now)) return;
  if (const std::optional<Error> wrong = WrongClock()) return FailQueue(*wrong);
  RecordBuilder record(view_, limits_, environment_.Now(), environment_.Random());
  for (CommandQueue::Place place = queue_.begin(); place != queue_.end();) {
    RecordBuilder::Step step = record.Add(place->command);
    const CommandQueue::Place here = place++;
    if (const auto* fate = std::get_if<RecordBuilder::Fate>(&step)) {
      if (*fate == RecordBuilder::Fate::kNoRoom) break;
    } else if (auto* would_be = std::get_if<Outcome>(&step)) {
      FailCallers(queue_.Take(here), std::move(*would_be));
    } else {
      FailCallers(queue_.Take(here), std::get<Error>(std::move(step)));
    }
  }
  if (record.commits() == 0) return;
  std::size_t commands = record.commits();
  RecordBuilder::Built built = std::move(record).Finish(key_);
#ifdef TWINLEDGER_PLANTED_BUGS
  commands -= AnswerTooEarly(built.record.bytes());
#endif
  std::string bytes = built.record.bytes();
  in_flight_.emplace(std::move(built.record), std::move(built.rows), commands);
  turns_.OnAppended(now);
  environment_.Append(session_, std::move(bytes));
}

#ifdef TWINLEDGER_PLANTED_BUGS
std::size_t PartitionWriter::AnswerTooEarly(const std::string& bytes) {
  const log::ReadRecord record(0, bytes);
  std::size_t answered = 0;
  for (const std::string& its : record.body().commits()) {
    log::AcceptedCommit commit{{}, crypto::Sha256(its)};
    TL_CHECK(commit.commit.ParseFromString(its));
    const bool refused = commit.commit.outcome() == log::v1::OUTCOME_REFUSED;
    if (!Planted(refused ? PlantedBug::kRefusalFromVoid : PlantedBug::kReplyBeforeAcceptance)) {
      continue;
    }
    Answer(commit);
    ++answered;
  }
  return answered;
}
#endif

void PartitionWriter::DropInFlight(const Error& why) {
  for (std::size_t i = 0; i < in_flight_->commands(); ++i) {
    FailCallers(queue_.Take(queue_.begin()), why);
  }
}

// The rows of a record have no room: nothing is decided on what it leaves. It comes again by its
// reader, and those whose commands it holds keep their places. The others are certainly not in it.
void PartitionWriter::FailBehindInFlight() {
  const Error why = NotAppended(*view_.no_room(), limits_.retry_hint);
  const bool open = in_flight_ && in_flight_->fate() == RecordInFlight::Fate::kOpen;
  const std::size_t kept = open ? in_flight_->commands() : 0;
  while (queue_.size() > kept) FailCallers(queue_.Take(std::prev(queue_.end())), why);
}

void PartitionWriter::FailQueue(const Error& why) {
  while (!queue_.empty()) FailCallers(queue_.Take(queue_.begin()), why);
}

void PartitionWriter::FailCallers(CommandQueue::Waiting waiting, const Result<Outcome>& result) {
  for (CommandQueue::Caller& caller : waiting.callers) {
    if (waiting.may_be_recorded) {
      replies_.Add(std::move(caller.reply),
                   Repeat(waiting.command.request_id,
                          "It was appended, and no answer came: " + result.error().reason,
                          limits_.retry_hint));
    } else if (caller.digest == waiting.command.digest) {
      replies_.Add(std::move(caller.reply), result);
    } else {
      // It reused the id of a command that came to nothing: that says nothing of its own.
      replies_.Add(
          std::move(caller.reply),
          Repeat(waiting.command.request_id, "Another command had this id", limits_.retry_hint));
    }
  }
}

}  // namespace twinledger::writer
