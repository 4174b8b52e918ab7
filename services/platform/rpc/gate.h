// What every call passes, unary or streaming, before its request is looked at: who is it, is it
// within its rate, may its role call this method. One gate serves the whole server.
//
//   gate.Enter(context, method)   -> the caller, or UNAUTHENTICATED, PERMISSION_DENIED,
//                                    RESOURCE_EXHAUSTED
//
// Whether the caller may have what the request is about, policy.h decides.
//
// It also counts the calls in progress, so that the server can stop when they have ended.
//
// Unary handlers do not call it: handler.h does.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/rpc/account_slots.h"
#include "platform/rpc/caller.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/rate_limiter.h"

namespace twinledger::rpc {

// A call that ended, for metrics and the operator's log. `error` is what went wrong as the server
// knows it, before it is made fit for the caller.
struct CallEnd {
  std::string_view method;
  std::string_view account;  // Empty if nobody was recognised.
  const Result<void>& result;
  std::chrono::microseconds took;
  std::string_view trace_id = {};
};

using OnCallEnd = std::function<void(const CallEnd&)>;

// The trace id that the caller sent (platform/telemetry/trace_context.h), or one made here, which
// the caller then gets as trailing metadata.
std::string TraceIdOf(grpc::ServerContextBase& context);

// Of one account, at once, over all its connections: an import keeps some dozens in flight.
inline constexpr std::size_t kAccountCallsMax = 256;
inline constexpr std::size_t kAccountStreamsMax = 8;

// The longest that a call may take; a client that asks for less gets less.
inline constexpr std::chrono::seconds kCallTimeMax{30};

// Threads: thread-safe.
class Gate {
 public:
  // What it is given must outlive it. `on_call_end` is called on any thread.
  Gate(Authenticator& authenticator, RateLimiter& limiter, const Clock& clock,
       OnCallEnd on_call_end);

  Result<CallerIdentity> Enter(const grpc::ServerContextBase& context, std::string_view method);

  // Whether the caller of a long call may still make it: as Enter, but it is no call of its own.
  Result<void> AdmitsStill(const grpc::ServerContextBase& context, std::string_view method);

  // A place among the account's calls in progress, kept while the call lasts. RESOURCE_EXHAUSTED,
  // reason TOO_MANY_CALLS; of streaming ones TOO_MANY_STREAMS.
  Result<AccountSlot> TakeCall(const std::string& account) { return calls_.Take(account); }
  Result<AccountSlot> TakeStream(const std::string& account) { return streams_.Take(account); }

  // When the server stops working on the call, which may take so long at most.
  MonotonicTime DeadlineOf(const grpc::ServerContextBase& context,
                           std::chrono::seconds time_max = kCallTimeMax) const;

  // Every call reports both, also one that is not let in.
  void ReportBegin();
  void ReportEnd(const CallEnd& end);

  // From now on nobody is let in: UNAVAILABLE, reason STOPPING. Returns when the calls in progress
  // have ended, at the latest after `wait`.
  void Drain(std::chrono::seconds wait);

  // Calls `stop` once draining begins, at once if it has: for calls that would not end by
  // themselves. It must neither block nor call the gate. Until ForgetDrain of the same key, which
  // returns when it does not run.
  void OnDrain(const void* key, std::function<void()> stop);
  void ForgetDrain(const void* key);

  const Clock& clock() const { return clock_; }
  std::int64_t in_progress() const;

 private:
  Authenticator& authenticator_;
  RateLimiter& limiter_;
  const Clock& clock_;
  const OnCallEnd on_call_end_;
  AccountSlots calls_;
  AccountSlots streams_;
  mutable absl::Mutex mutex_;
  std::int64_t in_progress_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<const void*, std::function<void()>> on_drain_ ABSL_GUARDED_BY(mutex_);
};

// For a caller whom nobody will answer any more.
Error Stopping();

}  // namespace twinledger::rpc
