// A projection: a deterministic function from accepted commits to rows. It can be deleted at any
// time and is rebuilt from the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/log/chain.h"
#include "platform/log/partition.h"
#include "platform/store/table.h"

namespace twinledger::projection {

// Why an event cannot be applied by this build. Its entity is parked: position and error are kept,
// later events of the entity wait behind it, the rest goes on, and what touches it is answered as
// incomplete.
struct Unapplicable {
  std::string error;
};

// Threads: immutable, thread-safe.
class Projection {
 public:
  virtual ~Projection() = default;

  virtual std::string_view name() const = 0;  // "registry"; also its folder.

  // Of its rows. A store with another one is rebuilt.
  virtual std::uint32_t schema_version() const = 0;

  // The streams that it follows.
  virtual std::vector<std::string> streams() const = 0;

  // Whether its service decides commands of the stream, one of those. Of others it keeps no index
  // of requests, and of a commit not who asked for it, for nobody asks it.
  virtual bool Decides([[maybe_unused]] std::string_view stream) const { return true; }

  // Writes the rows that the events of one commit change. Reads nothing but its arguments, and of
  // `rows` only such as the same partition wrote, so a rebuild writes the same bytes. Outcomes
  // without events and control commits are never passed. When it answers Unapplicable, its writes
  // are taken back.
  virtual std::optional<Unapplicable> Apply(const log::PartitionId& partition,
                                            const log::AcceptedCommit& accepted,
                                            store::RowWriter& rows) const = 0;

  // Makes what Apply will need of a commit and others share with it, events parsed for instance
  // (events_of.h). Called by whoever reads ahead of it, or never. Threads: any.
  virtual void Prepare([[maybe_unused]] const log::PartitionId& partition,
                       [[maybe_unused]] const log::AcceptedCommit& accepted) const {}
};

}  // namespace twinledger::projection
