#include "platform/server/store_scrub.h"
#include "platform/base/thread_name.h"

#include <prometheus/metric_family.h>

#include <utility>

namespace twinledger::server {
namespace {

// It rests for so many times as long as it works.
constexpr int kStoreRests = 9;

// After a pass that could not be finished.
constexpr absl::Duration kStoresAgain = absl::Minutes(1);

}  // namespace

StoreScrub::StoreScrub(std::vector<const store::KeyValueStore*> stores, const Clock& clock,
                       StoreScrubPlan plan)
    : stores_(std::move(stores)), clock_(clock), plan_(plan) {}

StoreScrub::~StoreScrub() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void StoreScrub::Start() {
  if (plan_.first_at_once || plan_.period) thread_ = std::thread([this] { Run(); });
}

bool StoreScrub::Rest(absl::Duration time) {
  const absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), time);
}

void StoreScrub::Run() {
  NameThread("store scrub");
  const absl::Duration period =
      plan_.period ? absl::FromChrono(*plan_.period) : absl::InfiniteDuration();
  absl::Duration rest = plan_.first_at_once ? absl::ZeroDuration() : period;
  while (Rest(rest)) {
    const bool whole = Pass();
    rest = whole ? period : kStoresAgain;
    const absl::MutexLock lock(&mutex_);
    if (whole && !stopping_) ended_ = clock_.Now();
  }
}

bool StoreScrub::Pass() {
  MonotonicTime looked = clock_.Monotonic();
  const auto rest = [&] {
    const bool goes_on = Rest(kStoreRests * absl::FromChrono(clock_.Monotonic() - looked));
    looked = clock_.Monotonic();
    return goes_on;
  };
  bool whole = true;
  for (const store::KeyValueStore* const store : stores_) {
    // The store keeps what it found.
    whole = store->Verify(rest).ok() && whole;
  }
  return whole;
}

std::optional<WallTime> StoreScrub::ended() const {
  const absl::MutexLock lock(&mutex_);
  return ended_;
}

std::vector<prometheus::MetricFamily> StoreScrub::Collect() const {
  const std::optional<WallTime> when = ended();
  prometheus::ClientMetric metric;
  metric.gauge.value = when ? static_cast<double>(when->time_since_epoch().count()) / 1e6 : 0.0;
  return {{"twinledger_store_scrub_ended_timestamp_seconds",
           "When the files of all projections were last read and found sound; 0 if not yet.",
           prometheus::MetricType::Gauge,
           {metric}}};
}

}  // namespace twinledger::server
