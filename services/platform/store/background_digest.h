// The digest of rows that are still being added, computed beside who adds them: a rebuild has a
// processor left for it, and what it costs is a third of folding them.
//
// Threads: confined to one; it has a thread of its own now and then.
#pragma once

#include <future>
#include <span>
#include <vector>

#include "platform/store/key_value.h"
#include "platform/store/state_digest.h"

namespace twinledger::store {

class BackgroundDigest {
 public:
  // The rows stay where they are, and as they are, until Clear.
  void Add(std::span<const KeyValue> rows);

  // Of all that were added. Waits.
  StateDigest Sum();

  void Clear();  // Waits.

 private:
  void Collect();

  StateDigest sum_;
  std::vector<KeyValue> waiting_;
  std::future<StateDigest> running_;
};

}  // namespace twinledger::store
