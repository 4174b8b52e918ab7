// The events of relationships, each a row of its own, in the order in which they are read: newest
// first, whatever stream they are of.
//
//   key = council id, relationship id, ~record time, stream, ~sequence, ~place in the commit
//
// Numbers are 16 hexadecimal digits of the complement, so that the greatest stands first.
#pragma once

#include <string>

#include "platform/log/partition.h"
#include "platform/store/table.h"
#include "reporting/projection/reporting_projection.h"

namespace twinledger::reporting {

// Of one commit. Threads: confined to one.
class TimelineWriter {
 public:
  // All must outlive it.
  TimelineWriter(const log::PartitionId& partition, const log::v1::Commit& commit,
                 store::RowWriter& rows)
      : partition_(partition), commit_(commit), rows_(rows) {}

  // Completes the row by what the commit says. One call for each event and relationship.
  void Add(const std::string& council, const std::string& relationship, TimelineRow row);

  // The event that follows is the next one of the commit.
  void NextEvent() { ++place_; }
  int place() const { return place_; }

 private:
  const log::PartitionId& partition_;
  const log::v1::Commit& commit_;
  store::RowWriter& rows_;
  int place_ = 0;
};

}  // namespace twinledger::reporting
