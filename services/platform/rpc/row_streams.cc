#include "platform/rpc/row_streams.h"

#include <algorithm>
#include <utility>

#include "platform/base/check.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/late_refusal.h"

namespace twinledger::rpc {
namespace {

Error TimeOver() {
  return {.code = Code::kUnavailable,
          .message =
              "the stream has lasted as long as one may: send the rows without an answer "
              "again, with the same request ids, on another",
          .reason = "STREAM_CUT",
          .retry_after = std::chrono::milliseconds(0)};
}

Error Gone() { return {Code::kCancelled, "the client ended the stream", "CANCELLED"}; }

Error TooMany(std::size_t open_max, const std::string& whose) {
  return {.code = Code::kResourceExhausted,
          .message = whose + " have " + std::to_string(open_max) +
                     " such streams open already: ask again when one has ended",
          .reason = "TOO_MANY_STREAMS",
          .metadata = {{"streams_max", std::to_string(open_max)}},
          .retry_after = std::chrono::seconds(5)};
}

}  // namespace

RowStream::RowStream(Gate& gate, const RowStreamLimits& limits,
                     grpc::CallbackServerContext& context, std::string_view method)
    : gate_(gate),
      limits_(limits),
      context_(context),
      method_(method),
      trace_id_(TraceIdOf(context)),
      started_(gate.clock().Monotonic()),
      until_(gate.DeadlineOf(context, limits.time_max)) {
  gate_.ReportBegin();
}

void RowStream::Begin(const Result<CallerIdentity>& admitted, const MakeRowWork& make) {
  {
    const absl::MutexLock lock(&mutex_);
    self_ = shared_from_this();
    if (admitted) {
      caller_ = *admitted;
      thread_ = std::jthread([this, make] { Run(make); });
    }
  }
  if (!admitted) return End(admitted.error());
  ReadNext();
}

void RowStream::Run(const MakeRowWork& make) {
  std::unique_ptr<RowWork> work = make(*this);
  Turn turn;
  while (!turn.over) {
    turn = Next();
    if (!turn.decided.empty()) work->Settle(std::move(turn.decided));
    if (!turn.rows.empty()) TakeRows(*work, std::move(turn.rows), turn.stop);
  }
  work.reset();
  Result<void> result;
  {
    const absl::MutexLock lock(&mutex_);
    if (stalled_) {
      result = ReaderStalled(limits_.reader_patience);
    } else if (gone_) {
      result = Gone();
    } else if (!read_all_ && stop_) {
      result = *stop_;
    }
    mutex_.Await(absl::Condition(
        +[](int* starting) { return *starting == 0; }, &starting_));
    ended_ = true;
  }
  End(result);
}

RowStream::Turn RowStream::Next() {
  bool hangs = false;
  Turn turn;
  {
    const absl::MutexLock lock(&mutex_);
    const auto is_due = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return IsDue(); };
    // Whoever does not read the last answers has as much time for them as a call.
    const MonotonicTime end = stop_ ? until_ + kCallTimeMax : until_;
    const auto left = std::max(end - gate_.clock().Monotonic(), MonotonicTime::duration::zero());
    const bool is_last = left <= limits_.reader_patience;
    const absl::Duration wait =
        gone_ ? absl::InfiniteDuration()
              : absl::FromChrono(std::min<MonotonicTime::duration>(left, limits_.reader_patience));
    const bool due = mutex_.AwaitWithTimeout(absl::Condition(&is_due), wait);
    if (!due && !is_last) {
      GiveUpIfStalled();
      hangs = stalled_;
    } else if (!due) {
      hangs = stop_.has_value();
      gone_ = gone_ || hangs;
      if (!stop_) stop_ = TimeOver();
    }
    turn.stop = stop_;
    turn.over = IsOver();
    if (!gone_) {
      turn.rows.swap(arrived_);
      turn.decided.swap(decided_);
    }
  }
  if (hangs) context_.TryCancel();
  return turn;
}

// While answers are not taken, rows are not either: so it comes to stand still, and here.
void RowStream::GiveUpIfStalled() {
  stalled_ = is_writing_ && gate_.clock().Monotonic() - write_began_ >= limits_.reader_patience;
  gone_ = gone_ || stalled_;
}

bool RowStream::IsDue() const {
  return IsOver() || (!gone_ && (!arrived_.empty() || !decided_.empty()));
}

bool RowStream::IsOver() const {
  return (gone_ && !is_writing_) || ((read_all_ || stop_) && in_flight_ == 0);
}

void RowStream::TakeRows(RowWork& work, std::vector<ArrivedRow> rows,
                         const std::optional<Error>& stop) {
  std::optional<Error> why = stop;
  if (!why) {
    // A certificate may have been revoked since the stream began.
    const Result<void> admitted = gate_.AdmitsStill(context_, method_);
    if (admitted) return work.Take(std::move(rows));
    why = admitted.error();
    Stop(*why);
  }
  for (const ArrivedRow& row : rows) Answer(row.number, work.Unanswered(row.number, *why));
}

void RowStream::Answer(std::uint64_t number, const grpc::ByteBuffer& answer) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto bytes = bytes_of_.find(number);
    TL_CHECK(bytes != bytes_of_.end());  // Once.
    bytes_in_flight_ -= bytes->second;
    bytes_of_.erase(bytes);
    answers_.push_back(answer);
  }
  WriteNext();
}

writer::Reply RowStream::ReplyTo(std::uint64_t number) {
  return [self = shared_from_this(), number](const Result<writer::Outcome>& outcome) {
    self->Decide({number, outcome});
  };
}

MonotonicTime RowStream::RowDeadline() const {
  return std::min(until_, gate_.clock().Monotonic() + kCallTimeMax);
}

void RowStream::Decide(DecidedRow row) {
  const absl::MutexLock lock(&mutex_);
  decided_.push_back(std::move(row));
}

void RowStream::ReadNext() {
  {
    const absl::MutexLock lock(&mutex_);
    const bool may = !is_reading_ && !read_all_ && !stop_ && !gone_;
    const bool has_room =
        in_flight_ < limits_.rows_in_flight_max && bytes_in_flight_ < limits_.bytes_in_flight_max;
    if (!may || !has_room) return;
    is_reading_ = true;
    ++starting_;
  }
  StartRead(&reading_);  // It and StartWrite may call back before they return.
  const absl::MutexLock lock(&mutex_);
  --starting_;
}

void RowStream::WriteNext() {
  grpc::WriteOptions options;
  {
    const absl::MutexLock lock(&mutex_);
    if (is_writing_ || gone_ || answers_.empty()) return;
    writing_ = answers_.front();  // Shares the bytes.
    answers_.pop_front();
    if (!answers_.empty()) options.set_buffer_hint();
    is_writing_ = true;
    write_began_ = gate_.clock().Monotonic();
    ++starting_;
  }
  StartWrite(&writing_, options);
  const absl::MutexLock lock(&mutex_);
  --starting_;
}

void RowStream::OnReadDone(bool ok) {
  {
    const absl::MutexLock lock(&mutex_);
    is_reading_ = false;
    if (ok) {
      bytes_of_.emplace(++read_, reading_.Length());
      bytes_in_flight_ += reading_.Length();
      ++in_flight_;
      arrived_.push_back({read_, reading_});  // Shares the bytes.
      reading_.Clear();
    } else {
      read_all_ = true;
    }
  }
  ReadNext();
}

void RowStream::OnWriteDone(bool ok) {
  {
    const absl::MutexLock lock(&mutex_);
    is_writing_ = false;
    --in_flight_;
    gone_ = gone_ || !ok;
  }
  WriteNext();
  ReadNext();
}

void RowStream::OnCancel() { Abandon(); }

void RowStream::OnDone() {
  std::shared_ptr<RowStream> self;  // Perhaps the last owner: released when the lock is.
  const absl::MutexLock lock(&mutex_);
  done_ = true;
  self = std::move(self_);
}

void RowStream::Stop(const Error& why) {
  const absl::MutexLock lock(&mutex_);
  if (!stop_) stop_ = why;
}

void RowStream::StopTaking() { Stop(Stopping()); }

void RowStream::Abandon() {
  const absl::MutexLock lock(&mutex_);
  gone_ = true;
}

bool RowStream::Ended() const {
  const absl::MutexLock lock(&mutex_);
  return ended_;
}

bool RowStream::Done() const {
  const absl::MutexLock lock(&mutex_);
  return done_;
}

void RowStream::Join() {
  std::jthread thread;
  {
    const absl::MutexLock lock(&mutex_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

void RowStream::End(const Result<void>& result) {
  slot_ = AccountSlot();
  gate_.ReportEnd(
      {method_, caller_.account, result, gate_.clock().Monotonic() - started_, trace_id_});
  FinishWhenDue(result, [this, status = ToStatus(result)] { Finish(status); });
}

RowStreams::RowStreams(Gate& gate, const RowStreamLimits& limits)
    : gate_(gate),
      limits_(limits),
      of_account_(limits.streams_of_account_max, TooMany(limits.streams_of_account_max, "you")) {
  gate_.OnDrain(this, [this] {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    for (const auto& stream : streams_) stream->StopTaking();
  });
}

RowStreams::~RowStreams() {
  gate_.ForgetDrain(this);
  std::list<std::shared_ptr<RowStream>> streams;
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    streams.swap(streams_);
  }
  for (const auto& stream : streams) stream->Abandon();
  for (const auto& stream : streams) stream->Join();
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* RowStreams::Run(
    grpc::CallbackServerContext* context, std::string_view method, const MakeRowWork& make) {
  auto stream = std::make_shared<RowStream>(gate_, limits_, *context, method);
  Result<CallerIdentity> admitted = gate_.Enter(*context, method);
  if (admitted) {
    if (Result<void> added = Add(admitted->account, stream); !added) admitted = added.error();
  }
  stream->Begin(admitted, make);
  return stream.get();
}

Result<void> RowStreams::Add(const std::string& account, const std::shared_ptr<RowStream>& stream) {
  const absl::MutexLock lock(&mutex_);
  if (stopped_) return Stopping();
  JoinEnded();
  const auto open = std::ranges::count_if(streams_, [](const auto& one) { return !one->Ended(); });
  if (static_cast<std::size_t>(open) >= limits_.streams_max) {
    return TooMany(limits_.streams_max, "all accounts together");
  }
  TL_TRY(AccountSlot slot, of_account_.Take(account));
  stream->Hold(std::move(slot));
  streams_.push_back(stream);
  return {};
}

void RowStreams::JoinEnded() {
  std::erase_if(streams_, [](const auto& stream) {
    if (!stream->Done()) return false;
    stream->Join();
    return true;
  });
}

}  // namespace twinledger::rpc
