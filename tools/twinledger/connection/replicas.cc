#include "twinledger/connection/replicas.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/crypto/system_random.h"
#include "twinledger/connection/unreachable.h"

namespace twinledger::client {
namespace {

using std::chrono::milliseconds;

std::string RandomKey() {
  crypto::SystemRandom random;
  return random.Bytes(16);
}

// One that a lookup took away while it was asked has none.
Error WhyOf(const std::map<std::string, Error>& why, const std::string& address) {
  const auto known = why.find(address);
  return known == why.end() ? NotServing(address) : known->second;
}

}  // namespace

Replicas::Replicas(const Endpoint& endpoint, AddressLookup lookup, Warn warn, std::string trace_id)
    : endpoint_(endpoint),
      lookup_(std::move(lookup)),
      warn_(std::move(warn)),
      own_key_(RandomKey()),
      members_(endpoint.servers.addresses),
      calls_(endpoint, std::move(trace_id)) {}

Replicas::OfService& Replicas::Of(const std::string& service) {
  const auto [found, is_new] = services_.try_emplace(service);
  if (is_new) found->second.set.SetMembers(members_);
  return found->second;
}

bool Replicas::IsOne() {
  const absl::MutexLock lock(&mutex_);
  return members_.size() == 1;
}

Result<std::vector<std::string>> Replicas::OrderFor(const std::string& service,
                                                    std::string_view key) {
  TL_TRY_VOID(LookUp());
  std::vector<std::string> due;
  std::vector<std::string> order;
  {
    const absl::MutexLock lock(&mutex_);
    ReplicaSet& set = Of(service).set;
    order = set.OrderFor(key.empty() ? own_key_ : key);
    const bool alone = members_.size() == 1;
    const MonotonicTime now = clock_.Monotonic();
    for (const std::string& address : members_) {
      // One that nobody has needed yet is checked by the first call that does.
      if (alone || set.StandingOf(address) == ReplicaSet::Standing::kUnknown) continue;
      if (set.BeginCheck(address, now)) due.push_back(address);
    }
  }
  for (const std::string& address : due) Check(service, address);
  return order;
}

Result<void> Replicas::Admit(const std::string& service, const std::string& address,
                             milliseconds wait) {
  bool mine = false;
  {
    const absl::MutexLock lock(&mutex_);
    OfService& of = Of(service);
    if (members_.size() == 1) return {};
    if (of.set.IsPassedOver(address)) return WhyOf(of.why, address);
    if (of.set.StandingOf(address) != ReplicaSet::Standing::kUnknown) return {};
    mine = of.set.BeginCheck(address, clock_.Monotonic());
  }
  if (mine) Check(service, address);
  const absl::MutexLock lock(&mutex_);
  const OfService& of = Of(service);
  const auto is_told = [&of, &address] { return !of.set.IsBeingChecked(address); };
  const milliseconds bound = std::min<milliseconds>(wait, kCheckTime);
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_told), absl::FromChrono(bound))) {
    return NoAnswer(address, bound);
  }
  if (of.set.StandingOf(address) == ReplicaSet::Standing::kAway) return WhyOf(of.why, address);
  return {};
}

void Replicas::Check(const std::string& service, const std::string& address) {
  calls_.Check(address, service, kCheckTime, [this, service, address](const Result<void>& verdict) {
    EndCheck(service, address, verdict);
  });
}

void Replicas::EndCheck(const std::string& service, const std::string& address,
                        const Result<void>& verdict) {
  const absl::MutexLock lock(&mutex_);
  // Cut short by the user, it says nothing; nor does anything come after it.
  const bool serves = verdict.ok() || verdict.error().code == Code::kCancelled;
  OfService& of = Of(service);
  of.set.EndCheck(address, serves, clock_.Monotonic());
  if (serves) {
    of.why.erase(address);
  } else {
    Note(of, address, verdict.error());
  }
}

void Replicas::Fail(const std::string& service, const std::string& address, const Error& why) {
  const absl::MutexLock lock(&mutex_);
  OfService& of = Of(service);
  of.set.Fail(address, clock_.Monotonic());
  Note(of, address, why);
}

void Replicas::Note(OfService& of, const std::string& address, const Error& why) {
  of.why.insert_or_assign(address, why);
  failed_since_lookup_ = true;
  const bool of_several = members_.size() > 1;
  if (why.reason != "SERVER_NOT_TRUSTED" || !of_several || !warned_.insert(address).second) return;
  warn_(fmt::format("warning: {}; the others are asked instead", why.message));
}

Error Replicas::Explained(const std::string& service, const Error& error) {
  const absl::MutexLock lock(&mutex_);
  if (members_.size() == 1 || !(IsUnfit(error) || error.code == Code::kDeadlineExceeded)) {
    return error;
  }
  std::map<std::string, Error> why;
  const OfService& of = Of(service);
  for (const std::string& address : members_) {
    const auto known = of.why.find(address);
    if (known == of.why.end()) return error;
    why.insert(*known);
  }
  return why.empty() ? error : NoneTookIt(endpoint_, why);
}

Result<void> Replicas::LookUp() {
  if (endpoint_.servers.name.empty()) return {};
  {
    const absl::MutexLock lock(&mutex_);
    // Whoever comes first asks; without any address the others wait for what it hears.
    const auto is_known = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !looking_up_ || !members_.empty();
    };
    mutex_.Await(absl::Condition(&is_known));
    const MonotonicTime now = clock_.Monotonic();
    const bool soon = looked_up_at_ && now - *looked_up_at_ < kLookupEvery;
    if (members_.empty() && soon && lookup_failed_) return *lookup_failed_;
    if (looking_up_ || soon || !(members_.empty() || failed_since_lookup_)) return {};
    looking_up_ = true;
  }
  const Result<std::vector<std::string>> found =
      lookup_(endpoint_.servers.name, endpoint_.servers.port);
  const absl::MutexLock lock(&mutex_);
  looking_up_ = false;
  looked_up_at_ = clock_.Monotonic();
  failed_since_lookup_ = false;
  lookup_failed_ = found.ok() ? std::nullopt : std::optional(found.error());
  if (!found) return members_.empty() ? Result<void>(found.error()) : Result<void>();
  members_ = *found;
  for (auto& [service, of] : services_) of.set.SetMembers(members_);
  return {};
}

}  // namespace twinledger::client
