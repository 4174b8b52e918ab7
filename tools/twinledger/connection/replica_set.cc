#include "twinledger/connection/replica_set.h"

#include <algorithm>

#include "twinledger/connection/rendezvous.h"

namespace twinledger::client {

void ReplicaSet::SetMembers(const std::vector<std::string>& addresses) {
  std::map<std::string, Known> members;
  for (const std::string& address : addresses) {
    const auto known = members_.find(address);
    members.emplace(address, known == members_.end() ? Known() : known->second);
  }
  members_ = std::move(members);
}

std::vector<std::string> ReplicaSet::OrderFor(std::string_view key) const {
  std::vector<std::string> present;
  std::vector<std::string> all;
  for (const auto& [address, known] : members_) {
    if (known.standing != Standing::kAway) present.push_back(address);
    all.push_back(address);
  }
  return RankedFor(key, present.empty() ? all : present);
}

ReplicaSet::Standing ReplicaSet::StandingOf(const std::string& address) const {
  const auto known = members_.find(address);
  return known == members_.end() ? Standing::kAway : known->second.standing;
}

bool ReplicaSet::IsPassedOver(const std::string& address) const {
  return StandingOf(address) == Standing::kAway &&
         std::ranges::any_of(members_, [](const auto& member) {
           return member.second.standing != Standing::kAway;
         });
}

bool ReplicaSet::IsBeingChecked(const std::string& address) const {
  const auto known = members_.find(address);
  return known != members_.end() && known->second.being_checked;
}

bool ReplicaSet::BeginCheck(const std::string& address, MonotonicTime now) {
  const auto found = members_.find(address);
  if (found == members_.end()) return false;
  Known& known = found->second;
  const bool due = known.standing == Standing::kUnknown || now >= known.until;
  if (!due || known.being_checked) return false;
  known.being_checked = true;
  return true;
}

void ReplicaSet::EndCheck(const std::string& address, bool serves, MonotonicTime now) {
  const auto found = members_.find(address);
  if (found == members_.end()) return;
  Known& known = found->second;
  known.being_checked = false;
  if (!serves) return Fail(address, now);
  // One whose checks are well and whose calls fail must not be asked again every second.
  if (known.standing == Standing::kServing) known.away_for = std::chrono::seconds(0);
  known.standing = Standing::kServing;
  known.until = now + kBelieved;
}

void ReplicaSet::Fail(const std::string& address, MonotonicTime now) {
  const auto found = members_.find(address);
  if (found == members_.end()) return;
  Known& known = found->second;
  // Calls that were under way together fail together: that is once.
  if (known.standing == Standing::kAway && now < known.until) return;
  known.standing = Standing::kAway;
  known.away_for =
      known.away_for.count() == 0 ? kAwayFirst : std::min(known.away_for * 2, kAwayLongest);
  known.until = now + known.away_for;
}

}  // namespace twinledger::client
