// Numbers of a running server, in Prometheus' text format.
//
// Names are twinledger_<what>_<base unit>, counters end in _total. Labels are of a closed list
// (partition, stream, service, reason, rpc, code): never an id, a person or free text, so their
// values are few and tell nothing.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace twinledger::telemetry {

// Threads: thread-safe.
class Metrics {
 public:
  Metrics();

  // A method that may be called: its failures are counted from here on, also while there are none.
  void ExpectCalls(const std::string& rpc);
  // A call that ended, with the name of its gRPC code.
  void CountCall(std::string_view rpc, std::string_view code, std::chrono::microseconds took);
  // A call that was refused by a limit: RATE_LIMITED, QUEUE_FULL, ...
  void CountLimited(std::string_view reason);

  // Numbers that are read when they are asked for. Remove it before it is destroyed.
  void Add(prometheus::Collectable& source);
  void Remove(prometheus::Collectable& source);

  std::string Render() const;

 private:
  // The series of one method, which the library would look up by all labels at every call.
  struct MethodSeries {
    prometheus::Histogram* seconds = nullptr;
    std::map<std::string, prometheus::Counter*, std::less<>> calls;  // By code.
  };
  MethodSeries& SeriesOf(std::string_view rpc) ABSL_EXCLUSIVE_LOCKS_REQUIRED(calls_mutex_);

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& call_seconds_;
  prometheus::Family<prometheus::Counter>& limited_;
  absl::Mutex calls_mutex_;
  std::map<std::string, MethodSeries, std::less<>> methods_ ABSL_GUARDED_BY(calls_mutex_);
  mutable absl::Mutex mutex_;
  std::vector<prometheus::Collectable*> sources_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::telemetry
