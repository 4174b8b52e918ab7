#include "reporting/rpc/gift_register.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "reporting/domain/outline.h"
#include "reporting/scores/resource_names.h"

namespace twinledger::reporting {
namespace {

namespace events = engagement::events::v1;
using registry::v1::PartialDate;
using GiftVisit = rpc::ListSource::Visit;

bool IsShown(const GiftScope& scope, const RecordRow& record) {
  return scope.Covers(record) && IsFor(scope.audience, record.fields().release_class());
}

void SetValue(const events::Money& money, v1::GiftRegisterRow& row) {
  if (money.currency().empty()) return;
  row.set_value_cents(money.currency() == "NZD" ? money.cents() : money.nzd_cents());
}

void SetDate(const registry::events::v1::PartialDate& date, PartialDate& shown) {
  shown = fields::DateMessage<PartialDate>(fields::PartsOf(date));
}

Result<void> FillGift(const events::Gift& gift, const std::string& council, Names& names,
                      v1::GiftRegisterRow& row) {
  row.set_record_kind(engagement::v1::RECORD_KIND_GIFT);
  row.set_gift_kind(static_cast<engagement::v1::GiftKind>(gift.kind()));
  TL_TRY(*row.mutable_donor(), names.OfParty(council, gift.donor()));
  TL_TRY(*row.mutable_recipient(), names.OfParty(council, gift.recipient()));
  SetValue(gift.value(), row);
  row.set_value_basis(static_cast<engagement::v1::ValueBasis>(gift.value_basis()));
  row.set_decision(static_cast<v1::GiftDecision>(gift.disposition()));
  if (gift.has_decided_on()) SetDate(gift.decided_on(), *row.mutable_decided_on());
  row.set_decided_by(gift.approver_office());
  return {};
}

v1::GiftDecision DecisionOn(const events::Hospitality& hospitality) {
  if (hospitality.accepted() == registry::events::v1::TRI_STATE_YES) {
    return v1::GIFT_DECISION_ACCEPTED;
  }
  return hospitality.accepted() == registry::events::v1::TRI_STATE_NO ? v1::GIFT_DECISION_DECLINED
                                                                      : v1::GIFT_DECISION_OFFERED;
}

Result<void> FillHospitality(const events::Hospitality& hospitality, const std::string& council,
                             Names& names, v1::GiftRegisterRow& row) {
  row.set_record_kind(engagement::v1::RECORD_KIND_HOSPITALITY);
  row.set_hospitality_kind(static_cast<engagement::v1::HospitalityKind>(hospitality.kind()));
  TL_TRY(*row.mutable_donor(), names.OfParty(council, hospitality.host()));
  for (const events::Party& guest : hospitality.guests()) {
    TL_TRY(const std::string name, names.OfParty(council, guest));
    if (!row.recipient().empty()) row.mutable_recipient()->append("; ");
    row.mutable_recipient()->append(name);
  }
  SetValue(hospitality.value_per_person(), row);
  row.set_decision(DecisionOn(hospitality));
  if (hospitality.has_decided_on()) SetDate(hospitality.decided_on(), *row.mutable_decided_on());
  return {};
}

Result<v1::GiftRegisterRow> RegisterRowOf(const Versioned<RecordRow>& record, Names& names) {
  const CouncilId council(record.row.council_id());
  const events::RecordFields& kept = record.row.fields();
  v1::GiftRegisterRow row;
  row.set_name(NameOf(council, RecordId(record.row.record_id())));
  row.set_council(NameOf(council));
  if (!kept.relationship_id().empty()) {
    row.set_relationship(NameOf(council, RelationshipId(kept.relationship_id())));
  }
  TL_TRY(*row.mutable_council_display_name(), names.OfCouncil(council.value()));
  if (const Days days = DaysOf(kept); fields::IsKnown(days.first)) {
    *row.mutable_offered_on() = fields::DateMessage<PartialDate>(days.first);
  }
  if (kept.has_gift()) {
    TL_TRY_VOID(FillGift(kept.gift(), council.value(), names, row));
  } else {
    TL_TRY_VOID(FillHospitality(kept.hospitality(), council.value(), names, row));
  }
  row.set_reason_withheld(record.row.has_circumstances());
  row.set_state(static_cast<engagement::v1::RecordState>(record.row.state()));
  row.set_release_class(static_cast<engagement::v1::ReleaseClass>(kept.release_class()));
  row.set_event(EventOf(record));
  return row;
}

}  // namespace

bool GiftScope::Covers(const RecordRow& record) const {
  if (!record.fields().has_gift() && !record.fields().has_hospitality()) return false;
  if (record.state() == state::v1::RECORD_STATE_RETRACTED) return false;
  const fields::PartialDate day = DaysOf(record.fields()).first;
  const bool bounded = fields::IsKnown(from) || fields::IsKnown(to);
  if (bounded && !fields::IsKnown(day)) return false;
  return !fields::IsBefore(day, from) && !fields::IsBefore(to, day);
}

const rpc::Listing& GiftListing() {
  static const rpc::Listing listing(
      v1::GiftRegisterRow::descriptor(),
      {"name", "council", "relationship", "record_kind", "gift_kind", "hospitality_kind", "donor",
       "recipient", "offered_on", "value_cents", "value_basis", "decision", "decided_on", "state",
       "release_class"},
      {"council", "council_display_name", "donor", "offered_on", "value_cents", "decision",
       "decided_on"},
      {"name"}, {{"name", "councils/"}, {"council", "councils/"}, {"relationship", "councils/"}});
  return listing;
}

rpc::ListSource GiftSource(const store::RowReader& rows, const GiftScope& scope) {
  // Shared by the two copies of one list's source, which std::function must be able to copy.
  const auto names = std::make_shared<Names>(rows);
  const auto show = [names](const Versioned<RecordRow>& record,
                            const GiftVisit& visit) -> Result<bool> {
    TL_TRY(v1::GiftRegisterRow row, RegisterRowOf(record, *names));
    const std::string name = row.name();
    return visit(name, row);
  };
  return {.walk = [&rows, scope, show](const std::string& /*after*/,
                                       const GiftVisit& visit) -> Result<void> {
            std::optional<Error> unreadable;
            TL_TRY_VOID(VisitRecords(rows, scope.council, [&](const Versioned<RecordRow>& record) {
              if (!IsShown(scope, record.row)) return true;
              const Result<bool> shown = show(record, visit);
              if (!shown) unreadable = shown.error();
              return shown.ok() && *shown;
            }));
            if (unreadable) return *std::move(unreadable);
            return {};
          },
          .find = [&rows, show](const std::string& name, const GiftVisit& visit) -> Result<void> {
            const RecordName id = RecordIn(name);
            TL_TRY(const auto found, FindRecord(rows, id.council, id.record));
            if (found) TL_TRY_VOID(show(*found, visit));
            return {};
          }};
}

Result<std::vector<v1::Withheld>> WithheldGifts(const store::RowReader& rows,
                                                const GiftScope& scope) {
  std::map<events::ReleaseClass, std::int64_t> counts;
  TL_TRY_VOID(VisitRecords(rows, scope.council, [&](const Versioned<RecordRow>& record) {
    if (scope.Covers(record.row) && !IsShown(scope, record.row)) {
      ++counts[record.row.fields().release_class()];
    }
    return true;
  }));
  std::vector<v1::Withheld> withheld;
  for (const auto& [release_class, count] : counts) {
    v1::Withheld& one = withheld.emplace_back();
    one.set_release_class(static_cast<engagement::v1::ReleaseClass>(release_class));
    one.set_count(count);
  }
  return withheld;
}

}  // namespace twinledger::reporting
