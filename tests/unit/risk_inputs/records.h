// Records as tests write them, in protobuf's text form: a content that is sound and scores little,
// and what a test says of it beside.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/risk_inputs/ledger.h"

namespace twinledger::risk {

// Of $200, kept.
inline std::string GiftOn(Day day, const std::string& more = "",
                          const std::string& disposition = "RETAINED") {
  return "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor { principal_id: 'p1' } "
         "disposition: GIFT_DISPOSITION_" +
         disposition + " value { cents: 20000 currency: 'NZD' } " + DateText("offered_on", day) +
         more + " }";
}

// Accepted, of $200 for each guest.
inline std::string HospitalityOn(Day day, const std::string& more = "",
                                 const std::string& accepted = "YES") {
  return DateText("occur_date", day) +
         " hospitality { host { principal_id: 'p1' } guests { office: 'mayor' } "
         "value_per_person { cents: 20000 currency: 'NZD' } accepted: TRI_STATE_" +
         accepted + " " + more + " }";
}

// Of a week, paid by the council.
inline std::string TravelUntil(Day day, const std::string& more = "") {
  return "travel { " + DateText("depart_on", day - 6) + DateText("return_on", day) + more + " }";
}

inline std::string Cost(const std::string& payer, std::int64_t cents,
                        const std::string& for_companion = "NO") {
  return " cost_lines { item: COST_ITEM_FARE payer: PAYER_" + payer + " for_companion: TRI_STATE_" +
         for_companion + " amount { currency: 'NZD' cents: " + std::to_string(cents) + " } }";
}

inline std::string DeviceOn(Day day, const std::string& device_class,
                            const std::string& more = "") {
  return DateText("occur_date", day) + " device { device_class: DEVICE_CLASS_" + device_class +
         " " + more + " }";
}

// Of one day, that the other side made.
inline std::string VisitOn(Day day, const std::string& more = "",
                           const std::string& direction = "IN") {
  return DateText("occur_date", day) + " delegation { direction: DELEGATION_DIRECTION_" +
         direction + " " + more + " }";
}

inline std::string Member(Day added, const std::string& checked = "YES",
                          const std::string& person = "office: 'delegate'") {
  return " members { person { " + person + " } identity_checked: TRI_STATE_" + checked + " " +
         DateText("added_on", added) + " }";
}

// How an indicator stands where this is all that was recorded, the day before it is scored.
inline std::string StandingOf(const std::string& indicator, const std::string& fields,
                              Day as_of = kToday) {
  Ledger ledger;
  ledger.Submit("e1", as_of - 1, fields);
  return Standing(ledger.Extract(as_of), indicator);
}

struct RecordCase {
  std::string fields;
  std::string standing;
};
inline void ExpectStandings(const std::string& indicator, const std::vector<RecordCase>& cases) {
  for (const RecordCase& one : cases) {
    SCOPED_TRACE(one.fields);
    EXPECT_EQ(StandingOf(indicator, one.fields), one.standing);
  }
}

}  // namespace twinledger::risk
