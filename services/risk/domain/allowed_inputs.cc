#include "risk/domain/allowed_inputs.h"

#include <map>

namespace twinledger::risk {
namespace {

using Kind = InputKind;
using Values = std::vector<std::string_view>;

const Values kYesNo{"YES", "NO"};

// Inputs of gifts and hospitality alike begin with "benefit".
const std::map<std::string_view, AllowedInput> kInputs{
    {"benefit.accepted", {Kind::kChoice, kYesNo}},
    {"benefit.value", {Kind::kNumber}},
    {"benefit.day", {Kind::kDay}},
    {"benefit.donor_group", {Kind::kGroup}},
    {"decision.day", {Kind::kDay}},
    {"gift.kind",
     {Kind::kChoice,
      {"SYMBOLIC", "ART", "FOOD_DRINK", "CLOTHING_JEWELLERY", "ELECTRONIC", "STORAGE_MEDIA", "CASH",
       "CONVERTIBLE", "TICKETS", "EMPLOYMENT", "HONORARIUM", "TITLE", "DONATION", "CULTURAL_KOHA",
       "OTHER"}}},
    {"gift.handling",
     {Kind::kChoice, {"NA", "QUARANTINED", "EXAMINED", "DESTROYED", "CONNECTED", "KEPT"}}},
    {"travel.foreign_share",
     {Kind::kChoice, {"NONE", "UNDER_HALF", "HALF_OR_MORE", "ALL_UNAPPROVED"}}},
    {"travel.companion_paid", {Kind::kChoice, kYesNo}},
    {"travel.companion_official_purpose", {Kind::kChoice, kYesNo}},
    {"travel.leisure", {Kind::kChoice, kYesNo}},
    {"travel.upgrade_paid_by", {Kind::kChoice, {"NONE", "COUNCIL", "SELF", "FOREIGN"}}},
    {"travel.returned", {Kind::kDay}},
    {"travel.checks_complete", {Kind::kDay}},
    {"delegation.late_or_unidentified", {Kind::kNumber}},
    {"delegation.visits_asset", {Kind::kChoice, kYesNo}},
    {"delegation.breach", {Kind::kChoice, kYesNo}},
    {"event.agenda_deviation", {Kind::kChoice, {"NONE", "MINOR", "MAJOR"}}},
    {"event.topic",
     {Kind::kChoice,
      {"SERVICE", "PLANNING", "INFRASTRUCTURE", "PROCUREMENT", "EMERGENCY", "PEOPLE_OR_PROTEST",
       "POLITICS", "OTHER"}}},
    {"event.ended", {Kind::kDay}},
    {"event.outcome_filed", {Kind::kDay}},
    {"principal.affiliation", {Kind::kChoice, {"NONE", "DECLARED", "FOUND_UNDECLARED"}}},
    {"meeting.second_officer", {Kind::kChoice, kYesNo}},
    {"meeting.note_filed", {Kind::kChoice, kYesNo}},
    {"intermediary.acting_for_disclosed", {Kind::kChoice, kYesNo}},
    {"device.class", {Kind::kChoice, {"LOAN", "STANDARD", "PERSONAL", "NONE"}}},
    {"device.travelled", {Kind::kChoice, kYesNo}},
    {"device.custody_breach",
     {Kind::kChoice, {"NONE", "UNATTENDED", "BORDER_INSPECTED", "SEIZED", "LOST", "OTHER"}}},
    {"information.direction", {Kind::kChoice, {"IN", "OUT"}}},
    {"information.class",
     {Kind::kChoice,
      {"PUBLIC", "INTERNAL", "COMMERCIAL", "PERSONAL", "BULK_PERSONAL", "SECURITY_SENSITIVE",
       "GIVEN_IN_CONFIDENCE"}}},
    {"information.marking",
     {Kind::kChoice,
      {"UNCLASSIFIED", "IN_CONFIDENCE", "SENSITIVE", "RESTRICTED", "CONFIDENTIAL_OR_ABOVE"}}},
    {"information.within_scope", {Kind::kChoice, kYesNo}},
    {"information.approval", {Kind::kChoice, {"NONE", "MANAGER", "CHIEF_EXECUTIVE", "COUNCIL"}}},
    {"information.channel",
     {Kind::kChoice,
      {"SPOKEN", "DOCUMENT", "EMAIL", "PORTAL", "SYSTEM_ACCESS", "DATA_FEED", "SITE_TOUR"}}},
    {"equipment.networked", {Kind::kChoice, kYesNo}},
    {"equipment.in_service", {Kind::kChoice, kYesNo}},
    {"equipment.due_diligence", {Kind::kChoice, {"NONE", "IN_PROGRESS", "LATE", "DONE"}}},
    {"equipment.due_diligence_result", {Kind::kChoice, {"NONE", "LOW", "MEDIUM", "HIGH"}}},
    {"equipment.remote_access", {Kind::kChoice, {"NONE", "ON_REQUEST", "PERMANENT"}}},
    {"equipment.data_control", {Kind::kChoice, {"IN", "OUT"}}},
    {"equipment.acquisition",
     {Kind::kChoice, {"TENDER", "DONATED", "BELOW_MARKET", "DIRECT_AWARD", "OTHER"}}},
    {"equipment.linked", {Kind::kChoice, kYesNo}},
    {"agreement.stage",
     {Kind::kChoice,
      {"PROSPECTIVE", "NEGOTIATING", "SIGNED", "AMENDED", "SUSPENDED", "EXPIRED", "TERMINATED"}}},
    {"agreement.text_published", {Kind::kChoice, kYesNo}},
    {"agreement.restrictive_clause", {Kind::kChoice, kYesNo}},
    {"agreement.scope_growth", {Kind::kChoice, kYesNo}},
    {"agreement.unregistered_subsidiary", {Kind::kChoice, kYesNo}},
    {"relationship.next_review_due", {Kind::kDay}},
    {"review.held", {Kind::kDay}},
    {"budget.foreign", {Kind::kNumber}},
    {"budget.total", {Kind::kNumber}},
    {"incident.kind",
     {Kind::kChoice, {"PRESSURE", "COERCION", "INDUCEMENT", "DECEPTION", "OTHER"}}},
    {"incident.assessment",
     {Kind::kChoice, {"UNASSESSED", "UNFOUNDED", "CREDIBLE", "CORROBORATED"}}},
    {"concern.assessment",
     {Kind::kChoice, {"UNASSESSED", "UNFOUNDED", "CREDIBLE", "CORROBORATED"}}},
    {"conduct.day", {Kind::kDay}},
    {"election.polling_day", {Kind::kDay}},
    {"contact.day", {Kind::kDay}},
    {"contact.official", {Kind::kGroup}},
    {"contact.benefit", {Kind::kChoice, kYesNo}},
    {"record.days_late", {Kind::kNumber}},
    {"return.due", {Kind::kDay}},
    {"return.filed", {Kind::kDay}},
    {"reconciliation.match", {Kind::kChoice, {"REPORTED", "UNREPORTED", "NOT_IN_SCOPE"}}},
};

}  // namespace

const AllowedInput* FindInput(std::string_view path) {
  const auto found = kInputs.find(path);
  return found == kInputs.end() ? nullptr : &found->second;
}

}  // namespace twinledger::risk
