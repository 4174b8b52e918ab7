// Calls by which a client sends rows, each answered by itself: imports.
//
//   gate -> count -> a thread of its own:
//
//     client --row--> read ahead, to a bound --Take--> work --submit--> writer
//        ^                                              |                  |
//        '--answer-- written one by one <----Answer-----'<----Settle-------'  outcomes
//
// A row is in flight from its arrival until its answer is written. At a bound nothing more is
// read, so a client that does not read, or a log that does not keep up, slows this stream alone and
// no queue grows. What arrived while the thread worked is taken together: rows that come fast
// become large records.
//
// A stream ends once the client has closed its side and all rows are answered. Told to stop, or at
// the end of its time, it reads no more, tells rows that were not submitted to repeat, waits for
// the outcomes of the others, and ends with UNAVAILABLE. Of a client that is gone nothing more is
// submitted; what was may be recorded.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/rpc/account_slots.h"
#include "platform/rpc/gate.h"
#include "platform/rpc/streams.h"
#include "platform/writer/command.h"

namespace twinledger::rpc {

struct RowStreamLimits {
  std::size_t streams_max = 16;  // A thread each.
  std::size_t streams_of_account_max = 4;
  // A record of the log may hold as many commits; a partition's queue sixteen times as many.
  std::size_t rows_in_flight_max = 256;
  std::size_t bytes_in_flight_max = std::size_t{4} << 20;  // Nothing is read from here on.
  // Of a stream, in all; a client that asks for less gets less. As long as a connection lives.
  std::chrono::seconds time_max = std::chrono::hours(1);
  // A client that takes no answer in it is given up.
  std::chrono::seconds reader_patience = kReaderPatience;
};

// A request as it came.
struct ArrivedRow {
  std::uint64_t number = 0;  // Its place in the stream, from 1.
  grpc::ByteBuffer bytes;
};

struct DecidedRow {
  std::uint64_t number = 0;
  Result<writer::Outcome> outcome;
};

class RowStream;

// What a service makes of the rows of one stream. Answers each once, then or later.
// Threads: confined to the stream's own.
class RowWork {
 public:
  virtual ~RowWork() = default;
  virtual void Take(std::vector<ArrivedRow> rows) = 0;
  virtual void Settle(std::vector<DecidedRow> rows) = 0;
  // The answer to a row that is not taken.
  virtual grpc::ByteBuffer Unanswered(std::uint64_t number, const Error& error) = 0;
};

// The stream must outlive the work, which is made and destroyed on its thread.
using MakeRowWork = std::function<std::unique_ptr<RowWork>(RowStream& stream)>;

// One call in progress.
// Threads: as said at each method.
class RowStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                        public std::enable_shared_from_this<RowStream> {
 public:
  RowStream(Gate& gate, const RowStreamLimits& limits, grpc::CallbackServerContext& context,
            std::string_view method);

  // For its work, on its thread.
  const CallerIdentity& caller() const { return caller_; }
  const std::string& trace_id() const { return trace_id_; }
  void Answer(std::uint64_t number, const grpc::ByteBuffer& answer);
  writer::Reply ReplyTo(std::uint64_t number);
  MonotonicTime RowDeadline() const;  // Of a row that is submitted at this moment.
  void Stop(const Error& why);        // Any thread. Answers what was taken, and ends with `why`.

  // For RowStreams.
  void Hold(AccountSlot slot) { slot_ = std::move(slot); }  // Before Begin; free when it has ended.
  void Begin(const Result<CallerIdentity>& admitted, const MakeRowWork& make);
  void StopTaking();   // Any thread. Answers what was taken, and ends.
  void Abandon();      // Likewise. Ends as soon as it can.
  bool Ended() const;  // Before its client can know.
  bool Done() const;
  void Join();

 private:
  // What the thread has to do next.
  struct Turn {
    std::vector<ArrivedRow> rows;
    std::vector<DecidedRow> decided;
    std::optional<Error> stop;  // Why nothing more is taken.
    bool over = false;
  };

  void Run(const MakeRowWork& make);
  Turn Next();
  void GiveUpIfStalled() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsDue() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool IsOver() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void TakeRows(RowWork& work, std::vector<ArrivedRow> rows, const std::optional<Error>& stop);
  void Decide(DecidedRow row);
  void ReadNext();
  void WriteNext();
  void End(const Result<void>& result);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  Gate& gate_;
  const RowStreamLimits limits_;
  grpc::CallbackServerContext& context_;
  const std::string_view method_;
  const std::string trace_id_;
  const MonotonicTime started_;
  const MonotonicTime until_;
  AccountSlot slot_;
  CallerIdentity caller_;     // Constant once it has begun.
  grpc::ByteBuffer reading_;  // Of the read under way.
  grpc::ByteBuffer writing_;  // Of the write under way.

  mutable absl::Mutex mutex_;
  std::vector<ArrivedRow> arrived_ ABSL_GUARDED_BY(mutex_);
  std::vector<DecidedRow> decided_ ABSL_GUARDED_BY(mutex_);
  std::deque<grpc::ByteBuffer> answers_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t read_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;  // Of rows without an answer.
  std::unordered_map<std::uint64_t, std::size_t> bytes_of_ ABSL_GUARDED_BY(mutex_);
  int starting_ ABSL_GUARDED_BY(mutex_) = 0;  // Operations: none is begun behind the end.
  bool is_reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_writing_ ABSL_GUARDED_BY(mutex_) = false;
  MonotonicTime write_began_ ABSL_GUARDED_BY(mutex_);
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Error> stop_ ABSL_GUARDED_BY(mutex_);
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<RowStream> self_ ABSL_GUARDED_BY(mutex_);  // Keeps the call until OnDone.
  std::jthread thread_ ABSL_GUARDED_BY(mutex_);
};

// The streams of one method.
// Threads: thread-safe.
class RowStreams {
 public:
  // `gate` must outlive it.
  RowStreams(Gate& gate, const RowStreamLimits& limits);
  ~RowStreams();  // Ends all calls and waits for them.

  // Takes a call; `make` may be called after this has returned. `method` must outlive the server.
  // RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS.
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Run(
      grpc::CallbackServerContext* context, std::string_view method, const MakeRowWork& make);

 private:
  Result<void> Add(const std::string& account, const std::shared_ptr<RowStream>& stream);
  void JoinEnded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Gate& gate_;
  const RowStreamLimits limits_;
  AccountSlots of_account_;
  absl::Mutex mutex_;
  std::list<std::shared_ptr<RowStream>> streams_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace twinledger::rpc
