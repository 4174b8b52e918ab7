#include "platform/rpc/gate.h"

#include <algorithm>

#include "platform/crypto/system_random.h"
#include "platform/rpc/call_cost.h"
#include "platform/telemetry/trace_context.h"

namespace twinledger::rpc {
namespace {

Error TooMany(const std::string& what, std::size_t most, std::string reason,
              std::chrono::milliseconds wait) {
  return {.code = Code::kResourceExhausted,
          .message = "this account has " + std::to_string(most) + " " + what +
                     " in progress: wait until one has ended",
          .reason = std::move(reason),
          .metadata = {{"most", std::to_string(most)}},
          .retry_after = wait};
}

}  // namespace

Gate::Gate(Authenticator& authenticator, RateLimiter& limiter, const Clock& clock,
           OnCallEnd on_call_end)
    : authenticator_(authenticator),
      limiter_(limiter),
      clock_(clock),
      on_call_end_(std::move(on_call_end)),
      calls_(kAccountCallsMax,
             TooMany("calls", kAccountCallsMax, "TOO_MANY_CALLS", std::chrono::milliseconds(100))),
      streams_(kAccountStreamsMax, TooMany("streaming calls", kAccountStreamsMax,
                                           "TOO_MANY_STREAMS", std::chrono::seconds(5))) {}

Result<CallerIdentity> Gate::Enter(const grpc::ServerContextBase& context,
                                   std::string_view method) {
  {
    const absl::MutexLock lock(&mutex_);
    if (draining_) return Stopping();
  }
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  TL_TRY(CallerIdentity caller, authenticator_.Authenticate(*peer));
  TL_TRY_VOID(limiter_.Take(caller.account, CostOf(method)));
  TL_TRY_VOID(AuthorizeMethod(caller, method));
  return caller;
}

Result<void> Gate::AdmitsStill(const grpc::ServerContextBase& context, std::string_view method) {
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  TL_TRY(const CallerIdentity caller, authenticator_.Authenticate(*peer));
  return AuthorizeMethod(caller, method);
}

MonotonicTime Gate::DeadlineOf(const grpc::ServerContextBase& context,
                               std::chrono::seconds time_max) const {
  using std::chrono::microseconds;
  // gRPC tells a deadline on the system clock, far in the future where the client set none.
  const auto left = context.deadline() - std::chrono::system_clock::now();
  const auto capped = std::clamp<std::chrono::system_clock::duration>(
      left, std::chrono::system_clock::duration::zero(), time_max);
  return clock_.Monotonic() + std::chrono::duration_cast<microseconds>(capped);
}

void Gate::ReportBegin() {
  const absl::MutexLock lock(&mutex_);
  ++in_progress_;
}

void Gate::ReportEnd(const CallEnd& end) {
  if (on_call_end_) on_call_end_(end);
  const absl::MutexLock lock(&mutex_);
  --in_progress_;
}

std::int64_t Gate::in_progress() const {
  const absl::MutexLock lock(&mutex_);
  return in_progress_;
}

void Gate::Drain(std::chrono::seconds wait) {
  const absl::MutexLock lock(&mutex_);
  draining_ = true;
  for (const auto& [key, stop] : on_drain_) stop();
  mutex_.AwaitWithTimeout(absl::Condition(
                              +[](std::int64_t* calls) { return *calls == 0; }, &in_progress_),
                          absl::FromChrono(wait));
}

void Gate::OnDrain(const void* key, std::function<void()> stop) {
  const absl::MutexLock lock(&mutex_);
  if (draining_) stop();
  on_drain_.insert_or_assign(key, std::move(stop));
}

void Gate::ForgetDrain(const void* key) {
  const absl::MutexLock lock(&mutex_);
  on_drain_.erase(key);
}

std::string TraceIdOf(grpc::ServerContextBase& context) {
  const auto sent = context.client_metadata().equal_range(telemetry::kTraceparent);
  // More than one says nothing.
  if (sent.first != sent.second && std::next(sent.first) == sent.second) {
    const grpc::string_ref& value = sent.first->second;
    if (auto id = telemetry::TraceIdIn({value.data(), value.size()})) return *std::move(id);
  }
  crypto::SystemRandom random;
  std::string made = telemetry::NewTraceId(random);
  context.AddTrailingMetadata(telemetry::kTraceparent, telemetry::Traceparent(made, random));
  return made;
}

Error Stopping() {
  return {.code = Code::kUnavailable,
          .message = "the server is stopping: repeat the same request elsewhere, or a little later",
          .reason = "STOPPING",
          .retry_after = std::chrono::seconds(1)};
}

}  // namespace twinledger::rpc
