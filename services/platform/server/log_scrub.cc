#include "platform/server/log_scrub.h"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <utility>

#include "platform/base/thread_name.h"
#include "platform/log/archive/accepted_records.h"

namespace twinledger::server {
namespace {

// Between two looks at whether to end or to rest.
constexpr std::uint64_t kLookRecords = 256;

// Once it is paced.
constexpr int kRestsForWork = 9;

// After a pass that could not be finished.
constexpr absl::Duration kAgain = absl::Minutes(1);

// With a log that shows nothing: also bounds how long the end of the server waits for a pass.
constexpr std::chrono::seconds kPatience{5};

prometheus::MetricFamily Gauge(const char* name, const char* help, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, prometheus::MetricType::Gauge, {metric}};
}

}  // namespace

ScrubPlan ShyScrubPlan(std::optional<std::chrono::hours> period, std::optional<WallTime> ended,
                       WallTime now) {
  ScrubPlan plan{.period = period, .first_after = std::nullopt};
  if (!period) return plan;
  // A time that is still to come was written by another clock.
  const auto age = now - std::min(ended.value_or(now), now);
  plan.first_after = std::max<std::chrono::microseconds>(*period - age, {});
  return plan;
}

LogScrub::LogScrub(log::EventLog& log, const log::Founding& founding, const Clock& clock,
                   ScrubPlan plan)
    : log_(log),
      founding_(founding),
      clock_(clock),
      plan_(std::move(plan)),
      damage_known_(plan_.damage_known) {}

LogScrub::~LogScrub() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void LogScrub::Start() {
  if (plan_.first_after) thread_ = std::thread([this] { Run(); });
}

bool LogScrub::Rest(absl::Duration time) {
  const absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), time);
}

void LogScrub::Run() {
  NameThread("log scrub");
  absl::Duration rest = absl::FromChrono(*plan_.first_after);
  while (Rest(rest)) {
    Result<void> found = Pass();
    // Of the whole log an error says nothing, unless it is what was looked for.
    const bool whole = found.ok() || found.error().code == Code::kDataLoss;
    const WallTime ended = clock_.Now();
    if (whole && plan_.on_end) plan_.on_end(ended, found.ok());
    rest = !whole         ? kAgain
           : plan_.period ? absl::FromChrono(*plan_.period)
                          : absl::InfiniteDuration();
    const absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    if (whole) ended_ = ended;
    if (whole) damage_known_ = !found.ok();
    found_ = std::move(found);
  }
}

Result<void> LogScrub::Pass() {
  std::uint64_t records = 0;
  MonotonicTime looked = clock_.Monotonic();
  const auto look = [&](const log::PartitionId&, const log::ReadRecord&,
                        const log::AcceptedRecord&) -> Result<void> {
    if (++records % kLookRecords != 0) return {};
    bool paced = false;
    {
      const absl::MutexLock lock(&mutex_);
      records_ = records;
      paced = paced_;
    }
    const MonotonicTime now = clock_.Monotonic();
    const bool goes_on =
        Rest(paced ? kRestsForWork * absl::FromChrono(now - looked) : absl::ZeroDuration());
    looked = clock_.Monotonic();
    if (goes_on) return {};
    return Error{Code::kCancelled, "the server ends", "SHUTTING_DOWN"};
  };
  TL_TRY_VOID(log::ReadAccepted(log_, founding_, look, {}, kPatience));
  const absl::MutexLock lock(&mutex_);
  records_ = records;
  return {};
}

bool LogScrub::WaitForPass(std::chrono::milliseconds wait) const {
  if (!plan_.first_after || plan_.first_after->count() > 0) return false;
  const auto ended = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ended_.has_value(); };
  const absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&ended), absl::FromChrono(wait));
}

void LogScrub::Pace() {
  const absl::MutexLock lock(&mutex_);
  paced_ = true;
}

Result<void> LogScrub::found() const {
  const absl::MutexLock lock(&mutex_);
  return found_;
}

std::optional<WallTime> LogScrub::ended() const {
  const absl::MutexLock lock(&mutex_);
  return ended_;
}

std::vector<prometheus::MetricFamily> LogScrub::Collect() const {
  const absl::MutexLock lock(&mutex_);
  const double ended = ended_ ? static_cast<double>(ended_->time_since_epoch().count()) / 1e6 : 0.0;
  return {
      Gauge("twinledger_log_scrub_records", "Records that the current pass has checked.",
            static_cast<double>(records_)),
      Gauge("twinledger_log_scrub_ended_timestamp_seconds",
            "When the whole log was last checked; 0 if not yet.", ended),
      Gauge("twinledger_log_scrub_failing",
            "1 if the last pass found damage, also before this start, or could not be finished.",
            found_ && !damage_known_ ? 0.0 : 1.0)};
}

}  // namespace twinledger::server
