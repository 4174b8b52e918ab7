// What is known of the replicas of one service, and in which order they are asked.
//
//               a check says so                        a call or a check failed
//   UNKNOWN -----------------------> SERVING ------------------------------------> AWAY
//      '---------------------------------------- a check failed ------------------->'
//   AWAY is passed over for a while, 1 s at first and up to 15 s where it happens again; then it is
//   checked, and is asked again once a check says that it serves. SERVING is believed for 10 s, and
//   then checked while it is asked.
//
// No I/O and no clock: a check is begun and ended by whoever makes it.
// Threads: confined to one, or guarded by its owner.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"

namespace twinledger::client {

class ReplicaSet {
 public:
  enum class Standing { kUnknown, kServing, kAway };

  static constexpr std::chrono::seconds kBelieved{10};
  static constexpr std::chrono::seconds kAwayFirst{1};
  static constexpr std::chrono::seconds kAwayLongest{15};

  // What is known of those that stay is kept.
  void SetMembers(const std::vector<std::string>& addresses);

  // In which order to ask for `key` (rendezvous.h), without those that are away. If all are, all of
  // them: one may be back.
  std::vector<std::string> OrderFor(std::string_view key) const;

  // Of one that left: away.
  Standing StandingOf(const std::string& address) const;
  // Whether it is away and another one is not.
  bool IsPassedOver(const std::string& address) const;
  bool IsBeingChecked(const std::string& address) const;

  // Whether a check is due that nobody makes. The caller then makes it, and ends it.
  bool BeginCheck(const std::string& address, MonotonicTime now);
  void EndCheck(const std::string& address, bool serves, MonotonicTime now);

  // A call found it unfit for other calls.
  void Fail(const std::string& address, MonotonicTime now);

 private:
  struct Known {
    Standing standing = Standing::kUnknown;
    MonotonicTime until{};             // What is known is believed.
    std::chrono::seconds away_for{0};  // The last time; 0 once it has served for a while.
    bool being_checked = false;
  };

  std::map<std::string, Known> members_;
};

}  // namespace twinledger::client
