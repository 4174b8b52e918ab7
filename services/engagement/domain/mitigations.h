// What a record claims as mitigations of the risk that it may be. A claim follows from what the
// record says; whether it came in time is for the rules of risk to judge, by their calendar.
#pragma once

#include <string>
#include <vector>

#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::engagement {

// Numbers are those of the risk rules.
enum class Mitigation {
  kDeclinedOrReturned = 3,
  kSurrendered = 4,
  kReimbursed = 5,
  kWithdrew = 6,
  kLoanDeviceWiped = 7,
  kQuarantined = 8,
  kBriefedAndDebriefed = 9,
  kEscorted = 10,
  kPublished = 13,
};

struct Claim {
  Mitigation mitigation;
  std::string reference = {};  // What it rests on; empty where the record itself says it.

  friend bool operator==(const Claim&, const Claim&) = default;
};

// By their numbers.
std::vector<Claim> ClaimsOf(const events::v1::RecordFields& record);

}  // namespace twinledger::engagement
