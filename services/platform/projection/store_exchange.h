// Puts a store that was built beside a runner in the place of the one that it serves from, at a
// moment when both hold the same, while commits go on.
//
//   serving  --- Begin: keeps what its views consume --------- Finish, one task on its thread -->
//   rebuilt  reads from zero ... reads all that stood at Begin, stops --'
//
// Finish gives the rebuilt views what they have not read of what was kept, so both stand at one
// record of each partition; compares their digests; and where all are equal, exchanges the stores.
// No question is answered from a part of each, and none waits for longer than that task.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/projection/projection.h"
#include "platform/projection/runner.h"
#include "platform/store/key_value.h"

namespace twinledger::projection {

// One partition, as both have it.
struct DigestPair {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  std::string serving;  // Hex.
  std::string rebuilt;
};

struct Exchanged {
  std::vector<DigestPair> pairs;
  // What served before; null if it still does.
  std::shared_ptr<store::KeyValueStore> retired;
};

bool AllEqual(const std::vector<DigestPair>& pairs);

// Threads: confined to one, which is not the runner's.
class StoreExchange {
 public:
  // `serving` has caught up. All outlive it.
  StoreExchange(Runner& serving, const Projection& projection, const log::Founding& founding,
                const Clock& clock);
  ~StoreExchange();
  StoreExchange(const StoreExchange&) = delete;
  StoreExchange& operator=(const StoreExchange&) = delete;

  // What is read from now on is kept, within a bound. UNAVAILABLE, reason SHUTTING_DOWN.
  Result<void> Begin();

  // `rebuilt` has reached a tail that was asked for after Begin, and was stopped. With `replace`
  // equal stores are exchanged. The error of a view that is stopped; UNAVAILABLE, reason BUSY, if
  // more was written meanwhile than is kept; SHUTTING_DOWN.
  Result<Exchanged> Finish(Runner& rebuilt, bool replace);

 private:
  struct Kept;

  Result<void> WaitFor(Runner& rebuilt);
  Result<Exchanged> Compare(Runner& rebuilt, bool replace);

  Runner& serving_;
  const std::vector<log::PartitionId> partitions_;
  const Clock& clock_;
  const std::shared_ptr<Kept> kept_;
};

}  // namespace twinledger::projection
