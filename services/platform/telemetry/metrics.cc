#include "platform/telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>

namespace twinledger::telemetry {
namespace {

// Around what a write takes on a disk that syncs, up to the longest that a call may last.
const prometheus::Histogram::BucketBoundaries kCallSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

}  // namespace

Metrics::Metrics()
    : calls_(prometheus::BuildCounter()
                 .Name("twinledger_rpc_calls_total")
                 .Help("Calls that ended, by method and gRPC code.")
                 .Register(registry_)),
      call_seconds_(prometheus::BuildHistogram()
                        .Name("twinledger_rpc_call_seconds")
                        .Help("How long calls took, by method.")
                        .Register(registry_)),
      limited_(prometheus::BuildCounter()
                   .Name("twinledger_rpc_limited_calls_total")
                   .Help("Calls that were refused by a limit, by its reason.")
                   .Register(registry_)) {
  // A rate needs a beginning: the first refusal is news, as is the first failure (ExpectCalls).
  for (const char* const reason : {"QUEUE_FULL", "RATE_LIMITED", "READS_FULL", "REQUEST_TOO_LARGE",
                                   "TOO_MANY_CALLS", "TOO_MANY_STREAMS"}) {
    limited_.Add({{"reason", reason}});
  }
}

void Metrics::ExpectCalls(const std::string& rpc) {
  for (const char* const code : {"DATA_LOSS", "INTERNAL", "UNKNOWN"}) {
    calls_.Add({{"rpc", rpc}, {"code", code}});
  }
}

void Metrics::CountCall(std::string_view rpc, std::string_view code,
                        std::chrono::microseconds took) {
  prometheus::Counter* calls = nullptr;
  prometheus::Histogram* seconds = nullptr;
  {
    const absl::MutexLock lock(&calls_mutex_);
    MethodSeries& series = SeriesOf(rpc);
    seconds = series.seconds;
    auto found = series.calls.find(code);
    if (found == series.calls.end()) {
      const std::string name(code);
      found = series.calls.emplace(name, &calls_.Add({{"rpc", std::string(rpc)}, {"code", name}}))
                  .first;
    }
    calls = found->second;
  }
  calls->Increment();
  seconds->Observe(std::chrono::duration<double>(took).count());
}

Metrics::MethodSeries& Metrics::SeriesOf(std::string_view rpc) {
  const auto found = methods_.find(rpc);
  if (found != methods_.end()) return found->second;
  const std::string name(rpc);
  MethodSeries& made = methods_[name];
  made.seconds = &call_seconds_.Add({{"rpc", name}}, kCallSeconds);
  return made;
}

void Metrics::CountLimited(std::string_view reason) {
  limited_.Add({{"reason", std::string(reason)}}).Increment();
}

void Metrics::Add(prometheus::Collectable& source) {
  const absl::MutexLock lock(&mutex_);
  sources_.push_back(&source);
}

void Metrics::Remove(prometheus::Collectable& source) {
  const absl::MutexLock lock(&mutex_);
  sources_.erase(std::remove(sources_.begin(), sources_.end(), &source), sources_.end());
}

std::string Metrics::Render() const {
  std::vector<prometheus::MetricFamily> families = registry_.Collect();
  const absl::MutexLock lock(&mutex_);
  for (const prometheus::Collectable* const source : sources_) {
    std::vector<prometheus::MetricFamily> more = source->Collect();
    std::move(more.begin(), more.end(), std::back_inserter(families));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace twinledger::telemetry
