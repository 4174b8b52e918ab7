#include "reporting/scores/countries.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>

namespace twinledger::reporting {
namespace {

constexpr std::size_t kPartsMax = 256;

// How soon who waits for another caller's scores hears that nobody waits for theirs.
constexpr absl::Duration kCancelledAskedEvery = absl::Milliseconds(20);

Error NobodyWaits() {
  return {.code = Code::kCancelled,
          .message = "nobody waits for these scores any more",
          .reason = "CANCELLED"};
}

std::string_view NameIn(const v1::RelationshipStanding& standing) { return standing.name(); }

}  // namespace

std::size_t CountryPart::bytes() const {
  std::size_t bytes = numbers.bytes();
  for (const v1::RelationshipStanding& one : relationships) bytes += one.SpaceUsedLong();
  return bytes;
}

v1::Overview Country::Overview() const {
  OverviewSum sum;
  for (const CountryPartPtr& part : parts_) sum.Add(part->numbers);
  return sum.Render();
}

const v1::RelationshipStanding* Country::Find(std::string_view name) const {
  for (const CountryPartPtr& part : parts_) {
    const auto at = std::ranges::lower_bound(part->relationships, name, {}, NameIn);
    if (at != part->relationships.end() && at->name() == name) return &*at;
  }
  return nullptr;
}

void Country::Visit(const std::function<bool(const v1::RelationshipStanding&)>& visit) const {
  for (const CountryPartPtr& part : parts_) {
    if (!std::ranges::all_of(part->relationships, visit)) return;
  }
}

Result<CouncilsByPartition> AllCouncils(const store::RowReader& rows) {
  CouncilsByPartition councils;
  TL_TRY_VOID(rows.Scan(kCouncils.id, {}, {}, [&](const store::RowVersion& council) {
    councils[council.partition.partition].push_back(council.key.front());
    return true;
  }));
  return councils;
}

Result<CountryPartPtr> ComputePart(const Moment& at, const std::vector<std::string>& councils,
                                   const std::function<bool()>& is_cancelled) {
  auto part = std::make_shared<CountryPart>();
  Names names(at.rows);
  for (const std::string& id : councils) {
    if (is_cancelled && is_cancelled()) return NobodyWaits();
    const CouncilId council(id);
    TL_TRY(CouncilStandings standings, StandingsOf(at, council, names));
    TL_TRY_VOID(part->numbers.Add(at, council, standings));
    std::ranges::move(standings.relationships, std::back_inserter(part->relationships));
  }
  std::ranges::sort(part->relationships, {}, NameIn);
  return CountryPartPtr(std::move(part));
}

// That of thirty days before follows from the cut and the day.
std::string PartKey(const store::Cut& cut, std::uint32_t partition, risk::Day day) {
  std::string key = fmt::format("{} {}", day, partition);
  for (const auto& [at, sequence] : cut) {
    if (at.stream != kRegistryStream && at.partition != partition) continue;
    key += fmt::format(" {}/{}", log::ToString(at), sequence);
  }
  return key;
}

Result<CountryPartPtr> CountryParts::Get(const std::string& key,
                                         const std::function<bool()>& is_cancelled,
                                         const std::function<Result<CountryPartPtr>()>& compute) {
  ComputationPtr mine;
  {
    const absl::MutexLock lock(&mutex_);
    while (!mine) {
      if (CountryPartPtr kept = Find(key)) return kept;
      ComputationPtr& computing = computing_[key];
      if (!computing) {
        computing = mine = std::make_shared<Computation>();
        continue;
      }
      const ComputationPtr another = computing;
      if (!WaitFor(*another, is_cancelled)) return NobodyWaits();
      if (another->part) return another->part;
    }
  }
  return ComputeFor(key, mine, compute);
}

bool CountryParts::WaitFor(const Computation& computation,
                           const std::function<bool()>& is_cancelled) {
  const auto done = [&computation] { return computation.done; };
  while (!mutex_.AwaitWithTimeout(absl::Condition(&done), kCancelledAskedEvery)) {
    if (is_cancelled && is_cancelled()) return false;
  }
  return true;
}

Result<CountryPartPtr> CountryParts::ComputeFor(
    const std::string& key, const ComputationPtr& waited_for,
    const std::function<Result<CountryPartPtr>()>& compute) {
  Result<CountryPartPtr> part = compute();
  const absl::MutexLock lock(&mutex_);
  waited_for->done = true;
  if (part) {
    waited_for->part = *part;
    Keep({key, (*part)->bytes(), *part});
  }
  computing_.erase(key);
  return part;
}

CountryPartPtr CountryParts::Find(const std::string& key) {
  const auto found = std::ranges::find(latest_first_, key, &Entry::key);
  if (found == latest_first_.end()) return nullptr;
  latest_first_.splice(latest_first_.begin(), latest_first_, found);
  return found->part;
}

void CountryParts::Keep(Entry entry) {
  if (entry.bytes > bytes_max_) return;
  bytes_ += entry.bytes;
  latest_first_.push_front(std::move(entry));
  while (bytes_ > bytes_max_ || latest_first_.size() > kPartsMax) {
    bytes_ -= latest_first_.back().bytes;
    latest_first_.pop_back();
  }
}

}  // namespace twinledger::reporting
