#include "reporting/scores/countries.h"

#include <algorithm>

#include "reporting/scores/overview.h"

namespace twinledger::reporting {

std::size_t Country::bytes() const {
  std::size_t bytes = overview.SpaceUsedLong();
  for (const v1::RelationshipStanding& one : relationships) bytes += one.SpaceUsedLong();
  return bytes;
}

const v1::RelationshipStanding* Country::Find(std::string_view name) const {
  const auto at = std::ranges::lower_bound(
      relationships, name, {},
      [](const v1::RelationshipStanding& one) { return std::string_view(one.name()); });
  return at == relationships.end() || at->name() != name ? nullptr : &*at;
}

Result<std::shared_ptr<const Country>> ComputeCountry(const Moment& at,
                                                      const std::vector<std::string>& councils,
                                                      const std::function<bool()>& is_cancelled) {
  auto country = std::make_shared<Country>();
  Names names(at.rows);
  OverviewSum sum(at);
  for (const std::string& id : councils) {
    if (is_cancelled && is_cancelled()) {
      return Error{.code = Code::kCancelled,
                   .message = "nobody waits for these scores any more",
                   .reason = "CANCELLED"};
    }
    const CouncilId council(id);
    TL_TRY(CouncilStandings standings, StandingsOf(at, council, names));
    TL_TRY_VOID(sum.Add(council, standings));
    std::ranges::move(standings.relationships, std::back_inserter(country->relationships));
  }
  country->overview = sum.Render();
  std::ranges::sort(country->relationships, {}, [](const v1::RelationshipStanding& one) {
    return std::string_view(one.name());
  });
  return std::shared_ptr<const Country>(std::move(country));
}

Result<std::shared_ptr<const Country>> Countries::Get(
    const std::string& key,
    const std::function<Result<std::shared_ptr<const Country>>()>& compute) {
  if (std::shared_ptr<const Country> kept = Find(key)) return kept;
  TL_TRY(std::shared_ptr<const Country> country, compute());
  Keep({key, country->bytes(), country});
  return country;
}

std::shared_ptr<const Country> Countries::Find(const std::string& key) {
  absl::MutexLock lock(&mutex_);
  const auto found = std::ranges::find(latest_first_, key, &Entry::key);
  if (found == latest_first_.end()) return nullptr;
  latest_first_.splice(latest_first_.begin(), latest_first_, found);
  return found->country;
}

void Countries::Keep(Entry entry) {
  if (entry.bytes > bytes_max_) return;
  absl::MutexLock lock(&mutex_);
  if (std::ranges::find(latest_first_, entry.key, &Entry::key) != latest_first_.end()) return;
  bytes_ += entry.bytes;
  latest_first_.push_front(std::move(entry));
  while (bytes_ > bytes_max_) {
    bytes_ -= latest_first_.back().bytes;
    latest_first_.pop_back();
  }
}

}  // namespace twinledger::reporting
