// The standings of all councils at one cut and day, computed once and kept for the pages that
// follow.
//
// To know which relationships come first, all have to be scored. They are so in parts: the councils
// whose commits are in one partition. A commit of an engagement or a receipt changes one part, a
// commit of the registry all, since partners and donors are anybody's. Parts stay within a bound of
// bytes; what was asked for longest ago goes first, and is computed again: slower, and never
// different.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "reporting/scores/overview.h"
#include "reporting/scores/standings.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::reporting {

// Of some councils.
struct CountryPart {
  OverviewSum numbers;
  std::vector<v1::RelationshipStanding> relationships;  // Ascending by name, with their sources.

  std::size_t bytes() const;
};

// Shared with the pages that are read from it.
using CountryPartPtr = std::shared_ptr<const CountryPart>;

// Of all councils, or of one. Threads: immutable.
class Country {
 public:
  void Add(CountryPartPtr part) { parts_.push_back(std::move(part)); }

  v1::Overview Overview() const;  // With its sources.
  // Null if there is none of that name.
  const v1::RelationshipStanding* Find(std::string_view name) const;
  // Until it answers false.
  void Visit(const std::function<bool(const v1::RelationshipStanding&)>& visit) const;

 private:
  std::vector<CountryPartPtr> parts_;
};

// By the partition that their commits are in.
using CouncilsByPartition = std::map<std::uint32_t, std::vector<std::string>>;
Result<CouncilsByPartition> AllCouncils(const store::RowReader& rows);

// CANCELLED once `is_cancelled` says that nobody waits. NOT_FOUND, reason COUNCIL_NOT_FOUND, for a
// council that is not there.
Result<CountryPartPtr> ComputePart(const Moment& at, const std::vector<std::string>& councils,
                                   const std::function<bool()>& is_cancelled);

// What the standings of a partition's councils depend on.
std::string PartKey(const store::Cut& cut, std::uint32_t partition, risk::Day day);

// Threads: thread-safe.
class CountryParts {
 public:
  explicit CountryParts(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The one of `key`, or else what `compute` gives. Of several callers one computes, and the others
  // wait for what it gives; where it gives up, another one computes. CANCELLED once `is_cancelled`
  // says so of a caller that waits.
  Result<CountryPartPtr> Get(const std::string& key, const std::function<bool()>& is_cancelled,
                             const std::function<Result<CountryPartPtr>()>& compute);

 private:
  struct Entry {
    std::string key;
    std::size_t bytes = 0;
    CountryPartPtr part;
  };

  // What one caller computes.
  struct Computation {
    bool done = false;
    CountryPartPtr part;  // Null where it gave up.
  };
  using ComputationPtr = std::shared_ptr<Computation>;  // Of all who wait for it.

  CountryPartPtr Find(const std::string& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Entry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False where the caller is cancelled.
  bool WaitFor(const Computation& computation, const std::function<bool()>& is_cancelled)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Result<CountryPartPtr> ComputeFor(const std::string& key, const ComputationPtr& waited_for,
                                    const std::function<Result<CountryPartPtr>()>& compute)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const std::size_t bytes_max_;
  absl::Mutex mutex_;
  std::list<Entry> latest_first_ ABSL_GUARDED_BY(mutex_);  // Some dozens: looked through.
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, ComputationPtr> computing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace twinledger::reporting
