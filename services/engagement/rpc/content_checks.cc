// The fields of each kind of content. Which of them are required is in the contract.
#include <fmt/format.h>

#include <algorithm>

#include "engagement/rpc/record_checks.h"
#include "engagement/rpc/value_checks.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::RepeatedPtrField;
using rpc::FieldChecks;
using rpc::FieldPath;
using rpc::kNameCharactersMax;
using rpc::kTextCharactersMax;

constexpr int kPeopleMax = 10'000;  // A typing error of some digits is caught.
constexpr int kDaysMax = 1'000;
constexpr std::size_t kGuestsMax = 100;
constexpr std::size_t kMembersMax = 200;
constexpr std::size_t kSitesMax = 100;
constexpr std::size_t kStopsMax = 50;
constexpr std::size_t kCostLinesMax = 200;
constexpr std::size_t kCompanionsMax = 20;
constexpr std::size_t kConductMax = 10;

// The values of one content, under its name: "gift".
class ContentChecks {
 public:
  ContentChecks(std::string_view content, const v1::Record& record, const FieldChecks& checks)
      : content_(content), record_(record), checks_(checks, content) {}

  FieldPath At(std::string_view field) const { return checks_.At(field); }
  bool Has(std::string_view field) const { return checks_.Has(field); }
  rpc::Violations& wrong() { return checks_.wrong(); }

  template <class Enum>
  void Required(std::string_view field, Enum value) {
    checks_.RequiredEnum(field, value);
  }
  // A value that is given, or told to be one that nobody could find out.
  template <class Enum>
  void Answered(std::string_view field, Enum value) {
    if (value == 0 && IsUnknown(field)) return;
    Required(field, value);
  }
  template <class Enum>
  void Known(std::string_view field, Enum value) {
    checks_.Known(field, value);
  }
  void RequiredText(std::string_view field, std::string_view text) {
    checks_.RequiredText(field, text, kTextCharactersMax);
  }
  void Text(std::string_view field, std::string_view text, std::size_t most) {
    checks_.Text(field, text, most);
  }
  void Date(std::string_view field, const registry::v1::PartialDate& date) {
    checks_.Date(field, date);
  }
  void RequiredDate(std::string_view field, const registry::v1::PartialDate& date) {
    if (Has(field)) rpc::RequireDateParts(At(field), fields::PartsOf(date), wrong());
  }
  void Party(std::string_view field, const v1::Party& party, Need need) {
    if (Has(field)) CheckParty(At(field), party, need, wrong());
  }
  void Office(std::string_view field, std::string_view office) {
    if (Has(field) && !office.empty()) CheckOffice(At(field), office, wrong());
  }
  void Money(std::string_view field, bool given, const v1::Money& money) {
    if (Has(field) && given) CheckMoney(At(field), money, wrong());
  }
  void Reference(std::string_view field, std::string_view reference) {
    if (Has(field)) CheckReference(At(field), reference, wrong());
  }
  void Links(std::string_view field, const RepeatedPtrField<v1::DecisionLink>& links) {
    if (Has(field)) CheckDecisionLinks(At(field), links, wrong());
  }
  void Count(std::string_view field, bool given, std::int64_t count, std::int64_t most) {
    if (Has(field) && given) wrong().Between(At(field), count, 0, most);
  }
  void Handle(std::string_view field, std::string_view uuid) { checks_.Handle(field, uuid); }
  void Url(std::string_view field, std::string_view url) { checks_.Url(field, url); }

  // Checks each element of a list under its name: "record.travel.stops[0]".
  template <class List, class Check>
  void Each(std::string_view field, const List& list, std::size_t most, const Check& check) {
    if (!Has(field)) return;
    wrong().AtMost(At(field), static_cast<std::size_t>(list.size()), most);
    for (int i = 0; i < list.size(); ++i) check(FieldPath(At(field), i), list[i]);
  }

  template <class Enum>
  void KnownAt(const FieldPath& field, Enum value) {
    checks_.KnownAt(field, value);
  }
  template <class Enum>
  void RequiredAt(const FieldPath& field, Enum value) {
    checks_.RequiredEnumAt(field, value);
  }

 private:
  bool IsUnknown(std::string_view field) const {
    const auto& unknown = record_.unknown_fields();
    return std::ranges::find(unknown, fmt::format("{}.{}", content_, field)) != unknown.end();
  }

  const std::string_view content_;
  const v1::Record& record_;
  FieldChecks checks_;
};

void Check(const v1::Gift& gift, ContentChecks checks) {
  checks.Required("direction", gift.direction());
  checks.Party("recipient", gift.recipient(), Need::kRequired);
  checks.Party("donor", gift.donor(), Need::kRequired);
  checks.Required("kind", gift.kind());
  checks.Text("description", gift.description(), kTextCharactersMax);
  checks.Money("value", gift.has_value(), gift.value());
  checks.Known("value_basis", gift.value_basis());
  checks.RequiredDate("offered_on", gift.offered_on());
  checks.Date("decided_on", gift.decided_on());
  checks.Answered("disposition", gift.disposition());
  checks.Known("handling", gift.handling());
  checks.Text("circumstances", gift.circumstances(), kTextCharactersMax);
  checks.Office("approver_office", gift.approver_office());
  checks.Links("decision_links", gift.decision_links());
  checks.Reference("asset_number", gift.asset_number());
  checks.Reference("handling_certificate", gift.handling_certificate());
  checks.Reference("withdrawal_minute", gift.withdrawal_minute());
}

void Check(const v1::Hospitality& hospitality, ContentChecks checks) {
  checks.Party("host", hospitality.host(), Need::kRequired);
  checks.Each("guests", hospitality.guests(), kGuestsMax, [&](const auto& at, const auto& guest) {
    CheckParty(at, guest, Need::kRequired, checks.wrong());
  });
  if (checks.Has("guests") && hospitality.guests().empty()) {
    checks.wrong().Add(checks.At("guests"), "not given: name at least one, by handle or office");
  }
  checks.Required("kind", hospitality.kind());
  checks.Text("place", hospitality.place(), kNameCharactersMax);
  checks.Money("value_per_person", hospitality.has_value_per_person(),
               hospitality.value_per_person());
  checks.Known("business_present", hospitality.business_present());
  checks.Count("companions", hospitality.has_companions(), hospitality.companions(), kPeopleMax);
  checks.Known("accepted", hospitality.accepted());
  checks.Date("decided_on", hospitality.decided_on());
  checks.Links("decision_links", hospitality.decision_links());
  checks.Reference("withdrawal_minute", hospitality.withdrawal_minute());
}

void CheckCosts(const v1::Travel& travel, ContentChecks& checks) {
  checks.Each("cost_lines", travel.cost_lines(), kCostLinesMax,
              [&](const FieldPath& at, const v1::CostLine& line) {
                checks.RequiredAt({at, "item"}, line.item());
                CheckMoney({at, "amount"}, line.amount(), checks.wrong());
                checks.RequiredAt({at, "payer"}, line.payer());
                checks.KnownAt({at, "host_paid_estimated"}, line.host_paid_estimated());
                checks.KnownAt({at, "for_companion"}, line.for_companion());
              });
}

void CheckStops(const v1::Travel& travel, ContentChecks& checks) {
  checks.Each("stops", travel.stops(), kStopsMax, [&](const FieldPath& at, const v1::Stop& stop) {
    checks.wrong().Required({at, "city"}, stop.city(), kNameCharactersMax);
    checks.wrong().CountryCode({at, "country"}, stop.country());
    if (stop.has_nights()) checks.wrong().Between({at, "nights"}, stop.nights(), 0, kDaysMax);
  });
}

void Check(const v1::Travel& travel, ContentChecks checks) {
  checks.Party("traveller", travel.traveller(), Need::kRequired);
  checks.Known("role", travel.role());
  checks.RequiredText("purpose", travel.purpose());
  checks.RequiredDate("depart_on", travel.depart_on());
  checks.Date("return_on", travel.return_on());
  CheckStops(travel, checks);
  checks.Known("travel_class", travel.travel_class());
  CheckCosts(travel, checks);
  checks.Known("upgrade_paid_by", travel.upgrade_paid_by());
  checks.Count("leisure_days", travel.has_leisure_days(), travel.leisure_days(), kDaysMax);
  checks.Each("companions", travel.companions(), kCompanionsMax,
              [&](const FieldPath& at, const v1::Companion& companion) {
                CheckParty({at, "person"}, companion.person(), Need::kOptional, checks.wrong());
                checks.KnownAt({at, "official_purpose"}, companion.official_purpose());
              });
  checks.Party("approved_by", travel.approved_by(), Need::kOptional);
  checks.Date("approved_on", travel.approved_on());
  checks.Date("briefed_on", travel.briefed_on());
  checks.Date("debriefed_on", travel.debriefed_on());
  checks.Count("contacts_of_concern", travel.has_contacts_of_concern(),
               travel.contacts_of_concern(), kPeopleMax);
  checks.Url("report_url", travel.report_url());
  checks.Reference("reimbursement_reference", travel.reimbursement_reference());
  checks.Links("decision_links", travel.decision_links());
  checks.Reference("withdrawal_minute", travel.withdrawal_minute());
}

void Check(const v1::Device& device, ContentChecks checks) {
  if (checks.Has("device_ref") && device.device_ref().empty()) {
    checks.wrong().Add(checks.At("device_ref"),
                       "not given: want the label of the device, such as LAPTOP-0417; NONE where "
                       "none was taken");
  }
  checks.Reference("device_ref", device.device_ref());
  checks.Required("device_class", device.device_class());
  checks.Known("kind", device.kind());
  checks.Reference("loan_id", device.loan_id());
  checks.Handle("travel_record_id", device.travel_record_id());
  checks.Known("data_level", device.data_level());
  checks.Known("custody_breach", device.custody_breach());
  checks.Known("used_foreign_charger_or_network", device.used_foreign_charger_or_network());
  checks.Date("returned_on", device.returned_on());
  checks.Date("checked_on", device.checked_on());
  checks.Date("wiped_on", device.wiped_on());
  checks.Known("finding", device.finding());
}

void CheckMembers(const v1::Delegation& delegation, ContentChecks& checks) {
  checks.Each("members", delegation.members(), kMembersMax,
              [&](const FieldPath& at, const v1::DelegationMember& member) {
                CheckParty({at, "person"}, member.person(), Need::kRequired, checks.wrong());
                if (!member.role().empty()) {
                  CheckOffice({at, "role"}, member.role(), checks.wrong());
                }
                CheckDate({at, "added_on"}, member.added_on(), checks.wrong());
                checks.KnownAt({at, "identity_checked"}, member.identity_checked());
                checks.KnownAt({at, "interpreter"}, member.interpreter());
              });
}

void CheckSites(const v1::Delegation& delegation, ContentChecks& checks) {
  checks.Each("sites", delegation.sites(), kSitesMax,
              [&](const FieldPath& at, const v1::VisitedSite& site) {
                if (site.asset_id().empty()) {
                  checks.wrong().Required({at, "name"}, site.name(), kNameCharactersMax);
                } else {
                  checks.wrong().Uuid({at, "asset_id"}, site.asset_id());
                  checks.wrong().Optional({at, "name"}, site.name(), kNameCharactersMax);
                }
                checks.KnownAt({at, "escorted"}, site.escorted());
                checks.KnownAt({at, "photos_allowed"}, site.photos_allowed());
              });
}

void Check(const v1::Delegation& delegation, ContentChecks checks) {
  checks.Required("direction", delegation.direction());
  checks.RequiredText("purpose", delegation.purpose());
  checks.Answered("requested_by", delegation.requested_by());
  checks.Count("notice_days", delegation.has_notice_days(), delegation.notice_days(), kDaysMax);
  CheckMembers(delegation, checks);
  checks.Count("size_announced", delegation.has_size_announced(), delegation.size_announced(),
               kPeopleMax);
  checks.Count("size_arrived", delegation.has_size_arrived(), delegation.size_arrived(),
               kPeopleMax);
  CheckSites(delegation, checks);
  if (checks.Has("agenda_sha256") && !delegation.agenda_sha256().empty()) {
    rpc::Sha256Digits(checks.At("agenda_sha256"), delegation.agenda_sha256(), checks.wrong());
  }
  checks.Known("agenda_deviation", delegation.agenda_deviation());
  checks.Each("conduct", delegation.conduct(), kConductMax, [&](const FieldPath& at, int value) {
    checks.RequiredAt(at, static_cast<v1::DelegationConduct>(value));
  });
  checks.Date("visit_plan_filed_on", delegation.visit_plan_filed_on());
  checks.Known("no_recording_notice", delegation.no_recording_notice());
  checks.Each("costs", delegation.costs(), kCostLinesMax,
              [&](const FieldPath& at, const v1::Payment& payment) {
                checks.RequiredAt({at, "payer"}, payment.payer());
                CheckMoney({at, "amount"}, payment.amount(), checks.wrong());
              });
  checks.Text("outcome", delegation.outcome(), kTextCharactersMax);
  checks.Date("briefed_on", delegation.briefed_on());
  checks.Date("debriefed_on", delegation.debriefed_on());
}

}  // namespace

void CheckContent(const v1::Record& record, FieldChecks& checks) {
  switch (record.content_case()) {
    case v1::Record::kGift:
      return Check(record.gift(), {"gift", record, checks});
    case v1::Record::kHospitality:
      return Check(record.hospitality(), {"hospitality", record, checks});
    case v1::Record::kTravel:
      return Check(record.travel(), {"travel", record, checks});
    case v1::Record::kDevice:
      return Check(record.device(), {"device", record, checks});
    case v1::Record::kDelegation:
      return Check(record.delegation(), {"delegation", record, checks});
    case v1::Record::CONTENT_NOT_SET:
      return;
  }
}

}  // namespace twinledger::engagement
