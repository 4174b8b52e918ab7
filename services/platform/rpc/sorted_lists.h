// Lists in an order that their callers chose: sorted once, and kept for the pages that follow.
//
// A page in the order of names is found by seeking. Of any other order only a look at every row
// tells which come first. So the names of a list that has more than a page stay here, in their
// order, within a bound of bytes; the list that was asked for longest ago goes first. A list that
// is gone is sorted again: slower and never different, since all its pages are of one cut.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace twinledger::rpc {

// Resource names in some order, in little memory: a list may have a hundred thousand.
class SortedNames {
 public:
  void Add(std::string_view name);
  std::size_t size() const { return ends_.size(); }
  std::string_view At(std::size_t place) const;
  std::size_t bytes() const;

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

// Threads: thread-safe.
class SortedLists {
 public:
  explicit SortedLists(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null if it is not kept. Shared with the pages that are being read from it.
  std::shared_ptr<const SortedNames> Find(std::string_view list);

  // One that alone is over the bound is not kept.
  void Keep(std::string list, std::shared_ptr<const SortedNames> names);

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const SortedNames>>;

  const std::size_t bytes_max_;
  absl::Mutex mutex_;
  std::list<Entry> latest_first_ ABSL_GUARDED_BY(mutex_);  // A handful: looked through.
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace twinledger::rpc
