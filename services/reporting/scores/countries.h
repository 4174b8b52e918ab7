// The standings of all councils at one cut and day, computed once and kept for the pages that
// follow.
//
// To know which relationships come first, all have to be scored. What was computed stays here
// within a bound of bytes; what was asked for longest ago goes first, and is computed again:
// slower, and never different.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "reporting/scores/standings.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::reporting {

// Of all councils, or of one.
struct Country {
  v1::Overview overview;                                // With its sources.
  std::vector<v1::RelationshipStanding> relationships;  // Ascending by name, with their sources.

  std::size_t bytes() const;
  // Null if there is none of that name.
  const v1::RelationshipStanding* Find(std::string_view name) const;
};

// CANCELLED once `is_cancelled` says that nobody waits. NOT_FOUND, reason COUNCIL_NOT_FOUND, for a
// council that is not there.
Result<std::shared_ptr<const Country>> ComputeCountry(const Moment& at,
                                                      const std::vector<std::string>& councils,
                                                      const std::function<bool()>& is_cancelled);

// Threads: thread-safe.
class Countries {
 public:
  explicit Countries(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The one of `key`, or else what `compute` gives. Two callers may compute the same.
  Result<std::shared_ptr<const Country>> Get(
      const std::string& key,
      const std::function<Result<std::shared_ptr<const Country>>()>& compute);

 private:
  struct Entry {
    std::string key;
    std::size_t bytes = 0;
    std::shared_ptr<const Country> country;  // Shared with the pages that are read from it.
  };

  std::shared_ptr<const Country> Find(const std::string& key);
  void Keep(Entry entry);

  const std::size_t bytes_max_;
  absl::Mutex mutex_;
  std::list<Entry> latest_first_ ABSL_GUARDED_BY(mutex_);  // A handful: looked through.
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace twinledger::reporting
