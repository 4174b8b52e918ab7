// Where calls go: the replicas of one deployment, what is known of each for each service, and what
// is done to know it. One server alone is never checked and never passed over.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/connection/calls.h"
#include "twinledger/connection/endpoint.h"
#include "twinledger/connection/replica_set.h"
#include "twinledger/connection/server_list.h"

namespace twinledger::client {

// Told what a person should know though the call went well; one at a time, on any thread.
using Warn = std::function<void(const std::string& line)>;

// Threads: thread-safe.
class Replicas {
 public:
  // The longest that a call waits for a check.
  static constexpr std::chrono::seconds kCheckTime{2};
  // A name is looked up again after failures, and no more often than so.
  static constexpr std::chrono::seconds kLookupEvery{2};

  Replicas(const Endpoint& endpoint, AddressLookup lookup, Warn warn, std::string trace_id);

  // In which order to ask for `key`; without a key, in an order of this object's own. Never empty.
  // UNAVAILABLE, reason NOT_REACHED, where a name has no address.
  Result<std::vector<std::string>> OrderFor(const std::string& service, std::string_view key);

  // Whether a call should go there now, or why not. At its first use a replica is checked, which
  // takes at most `wait` and kCheckTime.
  Result<void> Admit(const std::string& service, const std::string& address,
                     std::chrono::milliseconds wait);

  // A call found it unfit for others (IsUnfit).
  void Fail(const std::string& service, const std::string& address, const Error& why);

  // Whether there is only one.
  bool IsOne();

  // `error`, or where none of several can take a call, each address with its why.
  Error Explained(const std::string& service, const Error& error);

  Calls& calls() { return calls_; }

 private:
  struct OfService {
    ReplicaSet set;
    std::map<std::string, Error> why;  // The last failure, by address, until it serves again.
  };

  Result<void> LookUp();
  OfService& Of(const std::string& service) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Note(OfService& of, const std::string& address, const Error& why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Check(const std::string& service, const std::string& address);
  void EndCheck(const std::string& service, const std::string& address,
                const Result<void>& verdict);

  const Endpoint endpoint_;
  const AddressLookup lookup_;
  const Warn warn_;
  const SystemClock clock_;
  const std::string own_key_;
  absl::Mutex mutex_;
  std::vector<std::string> members_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, OfService> services_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> warned_ ABSL_GUARDED_BY(mutex_);
  bool looking_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_since_lookup_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<MonotonicTime> looked_up_at_ ABSL_GUARDED_BY(mutex_);
  std::optional<Error> lookup_failed_ ABSL_GUARDED_BY(mutex_);
  Calls calls_;  // The last: ends its checks before the rest goes.
};

}  // namespace twinledger::client
