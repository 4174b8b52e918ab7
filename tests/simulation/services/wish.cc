#include "tests/simulation/services/wish.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engagement/domain/record.h"
#include "engagement/projection/engagement_view.h"
#include "registry/domain/council.h"
#include "registry/domain/principal.h"
#include "registry/domain/relationship.h"
#include "registry/projection/registry_view.h"
#include "tests/simulation/services/country.h"

namespace twinledger::simulation {
namespace {

namespace ev = engagement::events::v1;
namespace reg = registry::events::v1;
using engagement::RecordCommand;
using engagement::RecordFields;
using store::CutReader;
using store::Versioned;

template <class Rejected>
writer::Decision Refuse(const Rejected& rejected) {
  log::v1::Refusal refusal;
  refusal.set_code(static_cast<int>(Code::kFailedPrecondition));
  refusal.set_reason(std::string(ReasonOf(rejected.rejection)));
  return refusal;
}

template <class Decision>
writer::Decision Settle(const Decision& decision) {
  if (!decision) return Refuse(decision.error());
  writer::Events events;
  for (const auto& event : *decision) events.events.push_back(event.SerializeAsString());
  return events;
}

template <class Row>
std::optional<Row> RowIn(const std::optional<Versioned<Row>>& found) {
  return found ? std::optional(found->row) : std::nullopt;
}

reg::PartialDate DaysAgo(WallTime now, std::size_t count) {
  return fields::DateMessage<reg::PartialDate>(
      fields::LatestDay(now - std::chrono::days(count + 1)));
}

// What each tells scores differently: much at once, little by little, or up to a floor.
RecordFields SomeFields(Dice& dice, const std::string& relationship, WallTime now) {
  RecordFields record;
  record.set_relationship_id(relationship);
  const reg::PartialDate day = DaysAgo(now, dice.Below(50));
  const std::size_t kind = dice.Below(5);
  if (kind == 0) {
    ev::Travel& travel = *record.mutable_travel();
    *travel.mutable_depart_on() = day;
    *travel.mutable_return_on() = day;
    ev::CostLine& fare = *travel.add_cost_lines();
    fare.set_item(ev::COST_ITEM_FARE);
    fare.set_payer(ev::PAYER_FOREIGN_PUBLIC);
    fare.mutable_amount()->set_cents(200'000);
    fare.mutable_amount()->set_currency("NZD");
    return record;
  }
  ev::Gift& gift = *record.mutable_gift();
  gift.set_direction(ev::GIFT_DIRECTION_OFFERED_TO_COUNCIL);
  gift.mutable_donor()->set_principal_id(TheCountry().donors.at(dice.Below(2)));
  *gift.mutable_offered_on() = day;
  gift.set_disposition(ev::GIFT_DISPOSITION_RETAINED);
  gift.mutable_value()->set_cents(kind < 3 ? 30'000 : 500'000);
  gift.mutable_value()->set_currency("NZD");
  const bool storage = kind == 4;
  gift.set_kind(storage ? ev::GIFT_KIND_STORAGE_MEDIA : ev::GIFT_KIND_ART);
  if (storage) gift.set_handling(ev::GIFT_HANDLING_CONNECTED);
  return record;
}

writer::Decide DecideRecord(engagement::CouncilId council, engagement::RecordId record,
                            RecordCommand command) {
  return [council = std::move(council), record = std::move(record), command = std::move(command)](
             const store::RowReader& rows,
             const writer::DecisionContext& context) -> Result<writer::Decision> {
    TL_TRY(const auto current, engagement::FindRecord(rows, council, record));
    TL_TRY(const auto known, engagement::FindKnownCouncil(rows, council));
    engagement::Situation situation{council, record, RowIn(current)};
    if (known) situation.council_status = known->status();
    return Settle(engagement::Decide(
        situation, command,
        {context.actor, current ? current->etag : "", fields::LatestDay(context.record_time)}));
  };
}

registry::Context ContextOf(const std::string& etag, const writer::DecisionContext& context) {
  return {{}, etag, registry::LatestDay(context.record_time)};
}

Wish WishOf(const std::string& stream, const std::string& type, const std::string& id,
            std::string text, writer::Decide decide) {
  Wish wish{stream, {}, fmt::format("{} {} {}", type, id, std::move(text)), std::move(decide)};
  wish.key.set_type(type);
  wish.key.set_id(id);
  return wish;
}

Wish AboutRecord(const std::string& council, const std::string& record, const std::string& text,
                 RecordCommand command) {
  return WishOf("engagement", "council", council, fmt::format("{} {}", record, text),
                DecideRecord(engagement::CouncilId(council), engagement::RecordId(record),
                             std::move(command)));
}

Wish SubmitSome(Dice& dice, const std::string& council, std::size_t number, WallTime now) {
  const std::string relationship =
      dice.OneIn(5) ? Country::SecondOf(council) : Country::TwinOf(council);
  RecordFields fields = SomeFields(dice, relationship, now);
  std::string text = fields.ShortDebugString();
  return AboutRecord(council, fmt::format("record-{}", number), text,
                     engagement::Submit{std::move(fields)});
}

// Of a record that is there, as it is shown.
Wish ChangeSome(Dice& dice, const std::string& council,
                const std::vector<Versioned<engagement::Record>>& records, std::size_t number) {
  const Versioned<engagement::Record>& record = records[dice.Below(records.size())];
  const std::string& id = record.row.record_id();
  // A retraction counts once a second person has confirmed it.
  if (record.row.state() == engagement::state::v1::RECORD_STATE_RETRACTION_PENDING) {
    return AboutRecord(council, id, "confirm " + record.etag,
                       engagement::Verify{record.etag, {}, {}});
  }
  switch (dice.Below(4)) {
    case 0: {
      engagement::AmendRecord amend{
          .etag = record.etag, .fields = {}, .paths = {}, .reason_sealed = {}};
      if (record.row.fields().has_travel()) {
        amend.fields.mutable_travel()->set_leisure_days(static_cast<int>(1 + number));
        amend.paths = {"travel.leisure_days"};
      } else {
        amend.fields.mutable_gift()->mutable_value()->set_cents(
            static_cast<std::int64_t>(10'000 + 100 * number));
        amend.fields.mutable_gift()->mutable_value()->set_currency("NZD");
        amend.paths = {"gift.value"};
      }
      return AboutRecord(council, id, fmt::format("amend {} {}", record.etag, number),
                         std::move(amend));
    }
    case 1:
      return AboutRecord(council, id, "verify " + record.etag,
                         engagement::Verify{record.etag, {}, {}});
    default:
      return AboutRecord(council, id, "retract " + record.etag,
                         engagement::Retract{record.etag, {}});
  }
}

Wish Merge(Dice& dice, const Shown& shown) {
  const registry::PrincipalId from(TheCountry().donors[1]);
  const registry::PrincipalId into(TheCountry().donors[0]);
  const auto current = registry::FindPrincipal(CutReader(shown.registry), from);
  const auto other = registry::FindPrincipal(CutReader(shown.registry), into);
  registry::MergePrincipal merge;
  if (current && *current) merge.etag = (*current)->etag;
  const bool undo = dice.OneIn(3);
  if (!undo && other && *other) {
    merge.into = {into, (*other)->row.kind(), (*other)->row.create_time_us()};
  }
  return WishOf("registry", "principal", from.value(),
                fmt::format("merge {} {}", merge.etag, merge.into.has_value()),
                [from, merge](const store::RowReader& rows,
                              const writer::DecisionContext& context) -> Result<writer::Decision> {
                  TL_TRY(const auto found, registry::FindPrincipal(rows, from));
                  return Settle(registry::Decide(from, RowIn(found), merge,
                                                 ContextOf(found ? found->etag : "", context)));
                });
}

Wish ReportSince(Dice& dice, const Shown& shown, const std::string& council, WallTime now) {
  const registry::CouncilId id(council);
  const auto current = registry::FindCouncil(CutReader(shown.registry), id);
  registry::SetReportingSince since;
  if (current && *current) since.etag = (*current)->etag;
  since.reporting_since = DaysAgo(now, dice.Below(60));
  return WishOf("registry", "council", council,
                fmt::format("since {} {}", since.etag, registry::ToText(since.reporting_since)),
                [id, since](const store::RowReader& rows,
                            const writer::DecisionContext& context) -> Result<writer::Decision> {
                  TL_TRY(const auto found, registry::FindCouncil(rows, id));
                  return Settle(registry::Decide(id, RowIn(found), since,
                                                 ContextOf(found ? found->etag : "", context)));
                });
}

Wish RecordSecond(const std::string& council) {
  registry::Situation begin{registry::CouncilId(council),
                            registry::RelationshipId(Country::SecondOf(council))};
  registry::Record record;
  record.fields.set_partner_id("second-partner");
  record.fields.set_status(reg::RELATIONSHIP_STATUS_ACTIVE);
  return WishOf(
      "registry", "council", council, "record the second",
      [begin, record](const store::RowReader& rows,
                      const writer::DecisionContext& context) -> Result<writer::Decision> {
        registry::Situation situation = begin;
        TL_TRY(const auto council_row, registry::FindCouncil(rows, situation.council_id));
        TL_TRY(const auto found,
               registry::FindRelationship(rows, situation.council_id, situation.relationship_id));
        situation.council = RowIn(council_row);
        situation.relationship = RowIn(found);
        return Settle(
            registry::Decide(situation, record, ContextOf(found ? found->etag : "", context)));
      });
}

}  // namespace

Wish SomeWish(Dice& dice, const Shown& shown, std::size_t number, WallTime now) {
  // Most is of one council, so that something comes together there.
  const std::string& council = TheCountry().councils.at(dice.OneIn(4) ? 1 : 0);
  const std::size_t kind = dice.Below(12);
  if (kind == 0) return Merge(dice, shown);
  if (kind == 1) return ReportSince(dice, shown, council, now);
  if (kind == 2) return RecordSecond(council);
  std::vector<Versioned<engagement::Record>> records;
  if (kind < 7) {
    static_cast<void>(engagement::VisitRecordsOf(CutReader(shown.engagement),
                                                 engagement::CouncilId(council), {},
                                                 [&](Versioned<engagement::Record> record) {
                                                   records.push_back(std::move(record));
                                                   return true;
                                                 }));
  }
  if (records.empty()) return SubmitSome(dice, council, number, now);
  return ChangeSome(dice, council, records, number);
}

}  // namespace twinledger::simulation
