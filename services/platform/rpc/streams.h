// Calls that answer with many messages: replay, export, progress of a rebuild.
//
//   gate -> size -> check -> authorise -> a thread of its own runs the work -> finish, once
//
// The work writes one message after another and waits until gRPC took each, so a slow reader slows
// its own call and holds nothing else: no queue grows. It ends early when the caller is gone or
// takes nothing any more, its deadline has passed or the server stops.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "platform/base/result.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/gate.h"
#include "platform/rpc/late_refusal.h"
#include "platform/rpc/violations.h"

namespace twinledger::rpc {

// An export of a whole log takes minutes; a stream that hangs must end some day. As long as a
// connection lives.
inline constexpr std::chrono::hours kStreamTimeMax{1};

// For one message. Who takes none in it holds a place that others wait for.
inline constexpr std::chrono::seconds kReaderPatience{60};

// What a stream ends with whose reader took nothing for so long.
Error ReaderStalled(std::chrono::seconds patience);

// What the work sees of its call.
// Threads: confined to the call's own, IsOver from any.
template <class Response>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  virtual bool Write(const Response& response) = 0;  // False once the call is over.
  virtual bool IsOver() const = 0;
};

// One call in progress, whatever it answers with.
class StreamCall {
 public:
  virtual ~StreamCall() = default;
  virtual void Abandon() = 0;  // The server stops: ends the work soon.
  virtual bool Done() const = 0;
  virtual void Join() = 0;
};

// The streaming calls of one service.
// Threads: thread-safe.
class Streams {
 public:
  // At most `calls_max` at once. `gate` must outlive it.
  Streams(Gate& gate, std::size_t calls_max) : gate_(gate), calls_max_(calls_max) {}
  ~Streams() { Stop(); }

  // Ends all calls and waits for them. None is taken afterwards.
  void Stop();

  template <class Response>
  using Work = std::function<Result<void>(StreamWriter<Response>& out)>;

  // Takes a call whose request has been checked: `wrong` holds what is not right with it.
  // `method` must outlive the server. RESOURCE_EXHAUSTED, reason TOO_MANY_STREAMS.
  template <class Response>
  grpc::ServerWriteReactor<Response>* Run(grpc::CallbackServerContext* context,
                                          std::string_view method, const Scope& scope,
                                          const Violations& wrong, Work<Response> work);

 private:
  template <class Response>
  class Call;

  // The place of the call among its account's.
  Result<AccountSlot> Admit(const grpc::CallbackServerContext& context, std::string_view method,
                            const Scope& scope, const Violations& wrong);
  Result<void> Add(std::shared_ptr<StreamCall> call);

  Gate& gate_;
  const std::size_t calls_max_;
  absl::Mutex mutex_;
  // Shared with gRPC, which has a call until its OnDone.
  std::list<std::shared_ptr<StreamCall>> calls_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

template <class Response>
class Streams::Call final : public grpc::ServerWriteReactor<Response>,
                            public StreamWriter<Response>,
                            public StreamCall {
 public:
  Call(Gate& gate, grpc::CallbackServerContext& context, std::string_view method)
      : gate_(gate),
        context_(context),
        method_(method),
        trace_id_(TraceIdOf(context)),
        started_(gate.clock().Monotonic()) {
    const auto left = context.deadline() - std::chrono::system_clock::now();
    until_ = started_ + std::chrono::duration_cast<std::chrono::microseconds>(
                            std::min<std::chrono::system_clock::duration>(left, kStreamTimeMax));
    gate_.ReportBegin();
  }

  // Before Begin.
  void Hold(AccountSlot slot) { slot_ = std::move(slot); }

  // Before the work begins: ends it at once, or starts it. `self` keeps the call until OnDone.
  void Begin(std::shared_ptr<Call> self, Result<void> admitted, Work<Response> work) {
    self_ = std::move(self);
    if (admitted.ok() && StartThread(std::move(work))) return;
    End(std::move(admitted));
  }

  bool Write(const Response& response) override {
    if (IsOver()) return false;
    {
      const absl::MutexLock lock(&mutex_);
      writing_ = true;
    }
    this->StartWrite(&response);  // May call OnWriteDone before it returns.
    if (!AwaitWrite(absl::FromChrono(kReaderPatience))) {
      {
        const absl::MutexLock lock(&mutex_);
        stalled_ = true;
      }
      context_.TryCancel();  // Its end does not come before what the reader did not take.
      AwaitWrite(absl::InfiniteDuration());
    }
    const absl::MutexLock lock(&mutex_);
    return !over_;
  }
  bool IsOver() const override {
    const absl::MutexLock lock(&mutex_);
    return over_ || gate_.clock().Monotonic() > until_;
  }

  void Abandon() override {
    const absl::MutexLock lock(&mutex_);
    over_ = true;
  }
  bool Done() const override {
    const absl::MutexLock lock(&mutex_);
    return done_;
  }
  void Join() override {
    std::jthread thread;
    {
      const absl::MutexLock lock(&mutex_);
      thread = std::move(thread_);
    }
    if (thread.joinable()) thread.join();
  }

 private:
  // False if the call was abandoned before it began.
  bool StartThread(Work<Response> work) {
    const absl::MutexLock lock(&mutex_);
    if (over_) return false;
    thread_ = std::jthread([this, run = std::move(work)] { End(run(*this)); });
    return true;
  }

  bool AwaitWrite(absl::Duration wait) {
    const absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(
                                       +[](bool* writing) { return !*writing; }, &writing_),
                                   wait);
  }
  bool Stalled() const {
    const absl::MutexLock lock(&mutex_);
    return stalled_;
  }

  void OnWriteDone(bool ok) override {
    const absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) over_ = true;
  }
  void OnCancel() override { Abandon(); }
  void OnDone() override {
    std::shared_ptr<Call> self;  // Perhaps the last owner: released when the lock is.
    const absl::MutexLock lock(&mutex_);
    done_ = true;
    self = std::move(self_);
  }

  void End(Result<void> result) {
    if (Stalled()) {
      result = ReaderStalled(kReaderPatience);
    } else if (result.ok() && IsOver()) {
      result =
          Error{Code::kDeadlineExceeded,
                "the stream ended before all was sent; ask again from behind the last position",
                "STREAM_CUT"};
    }
    slot_ = AccountSlot();
    gate_.ReportEnd({method_, "", result, gate_.clock().Monotonic() - started_, trace_id_});
    FinishWhenDue(result, [this, status = ToStatus(result)] { this->Finish(status); });
  }

  Gate& gate_;
  grpc::CallbackServerContext& context_;
  const std::string_view method_;
  const std::string trace_id_;
  const MonotonicTime started_;
  MonotonicTime until_;
  AccountSlot slot_;
  mutable absl::Mutex mutex_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<Call> self_;  // Keeps the call until OnDone.
  std::jthread thread_ ABSL_GUARDED_BY(mutex_);
};

template <class Response>
grpc::ServerWriteReactor<Response>* Streams::Run(grpc::CallbackServerContext* context,
                                                 std::string_view method, const Scope& scope,
                                                 const Violations& wrong, Work<Response> work) {
  auto call = std::make_shared<Call<Response>>(gate_, *context, method);
  Result<AccountSlot> slot = Admit(*context, method, scope, wrong);
  Result<void> admitted = slot ? Add(call) : Result<void>(slot.error());
  if (slot) call->Hold(*std::move(slot));
  call->Begin(call, std::move(admitted), std::move(work));
  return call.get();
}

}  // namespace twinledger::rpc
