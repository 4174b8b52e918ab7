#include "reporting/scores/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "platform/base/day.h"
#include "reporting/scores/resource_names.h"

namespace twinledger::reporting {
namespace {

constexpr std::size_t kRisersMax = 10;
constexpr std::size_t kAlertsShownMax = 20;

template <class Items, class Before>
void KeepFirst(Items& items, std::size_t most, const Before& before) {
  std::ranges::sort(items, before);
  if (items.size() > most) items.resize(most);
}

bool RoseMore(const v1::Riser& a, const v1::Riser& b) {
  return std::tuple(-a.change(), -a.r(), std::string_view(a.name())) <
         std::tuple(-b.change(), -b.r(), std::string_view(b.name()));
}

bool IsNewer(const v1::Alert& a, const v1::Alert& b) {
  const auto key = [](const v1::Alert& alert) {
    return std::tuple(-alert.day().year(), -alert.day().month(), -alert.day().day(),
                      std::string_view(alert.council()), std::string_view(alert.relationship()));
  };
  return key(a) < key(b);
}

// "risk/3/17" of "risk/3/17.0": which of a commit's events it is says its kind.
std::string CommitOf(const std::string& event) { return event.substr(0, event.find('.')); }

}  // namespace

Result<void> OverviewSum::Add(const Moment& at, const CouncilId& council,
                              const CouncilStandings& standings) {
  ++councils_;
  if (standings.has_records) ++councils_with_records_;
  for (const std::string& event : standings.record_events) {
    sources_["councils_with_records"].Add(event);
  }
  for (std::size_t i = 0; i < standings.relationships.size(); ++i) {
    AddRelationship(standings.relationships[i]);
    if (standings.relationship_has_records[i]) ++relationships_with_records_;
  }
  return AddAlerts(at, council);
}

void OverviewSum::Add(const OverviewSum& others) {
  councils_ += others.councils_;
  relationships_ += others.relationships_;
  councils_with_records_ += others.councils_with_records_;
  relationships_with_records_ += others.relationships_with_records_;
  for (std::size_t band = 0; band < bands_.size(); ++band) bands_[band] += others.bands_[band];
  for (const auto& [label, count] : others.records_) records_[label] += count;
  risers_.insert(risers_.end(), others.risers_.begin(), others.risers_.end());
  alerts_.insert(alerts_.end(), others.alerts_.begin(), others.alerts_.end());
  for (const auto& [field, events] : others.sources_) sources_[field].Add(events);
}

std::size_t OverviewSum::bytes() const {
  std::size_t bytes = sizeof(*this);
  for (const v1::Riser& riser : risers_) bytes += riser.SpaceUsedLong();
  for (const v1::Alert& alert : alerts_) bytes += alert.SpaceUsedLong();
  for (const auto& [field, events] : sources_) bytes += events.bytes();
  return bytes;
}

void OverviewSum::AddRelationship(const v1::RelationshipStanding& standing) {
  ++relationships_;
  ++bands_.at(static_cast<std::size_t>(standing.band()));
  ++records_[standing.records()];
  // One event each: the receipt, or the relationship's own where there is none yet.
  std::string counted;
  for (const v1::Source& source : standing.sources()) {
    if (source.field() == "status") sources_["relationships"].Add(source.events(0));
    if (source.field() == "band" || (source.field() == "status" && counted.empty())) {
      counted = CommitOf(source.events(0));
    }
  }
  sources_["bands." + risk::v1::Band_Name(standing.band()).substr(5)].Add(counted);
  if (standing.change() <= 0) return;
  v1::Riser& riser = risers_.emplace_back();
  riser.set_name(standing.name());
  riser.set_council_display_name(standing.council_display_name());
  riser.set_partner_display_name(standing.partner_display_name());
  riser.set_band(standing.band());
  riser.set_r(standing.r());
  riser.set_change(standing.change());
}

Result<void> OverviewSum::AddAlerts(const Moment& at, const CouncilId& council) {
  TL_TRY_VOID(store::VisitVersioned<AlertRow>(
      at.rows, kAlerts, {council.value()}, {}, [&](const Versioned<AlertRow>& found) {
        const auto& alert = found.row.alert();
        // A server that was away opens those of past days late, and they are news all the same.
        const Day opened = DayOf(WallTime(std::chrono::microseconds(found.row.record_time_us())));
        if (opened <= at.day - kChangeDays) return true;
        v1::Alert& shown = alerts_.emplace_back();
        shown.set_council(NameOf(council));
        if (!alert.relationship_id().empty()) {
          shown.set_relationship(NameOf(council, RelationshipId(alert.relationship_id())));
        }
        shown.set_from_band(static_cast<risk::v1::Band>(alert.from_band()));
        shown.set_to_band(static_cast<risk::v1::Band>(alert.to_band()));
        *shown.mutable_day() = fields::DateMessage<registry::v1::PartialDate>(DateOf(alert.day()));
        shown.set_r(alert.r());
        shown.set_event(EventOf(found));
        sources_["alerts"].Add(shown.event());
        return true;
      }));
  return {};
}

v1::Overview OverviewSum::Render() const {
  v1::Overview overview;
  overview.set_councils(councils_);
  overview.set_relationships(relationships_);
  overview.set_councils_with_records(councils_with_records_);
  overview.set_relationships_with_records(relationships_with_records_);
  for (int band = 1; band <= kBands; ++band) {
    v1::BandCount& count = *overview.add_bands();
    count.set_band(static_cast<risk::v1::Band>(band));
    count.set_count(bands_.at(static_cast<std::size_t>(band)));
  }
  for (const auto& [label, count] : records_) {
    v1::RecordsCount& shown = *overview.add_records();
    shown.set_records(label);
    shown.set_count(count);
  }
  std::vector<v1::Riser> risers = risers_;
  KeepFirst(risers, kRisersMax, RoseMore);
  overview.mutable_risers()->Assign(risers.begin(), risers.end());
  overview.set_alerts(static_cast<std::int64_t>(alerts_.size()));
  std::vector<v1::Alert> newest = alerts_;
  KeepFirst(newest, kAlertsShownMax, IsNewer);
  overview.mutable_newest_alerts()->Assign(newest.begin(), newest.end());
  for (const auto& [field, events] : sources_) *overview.add_sources() = events.Render(field);
  return overview;
}

}  // namespace twinledger::reporting
