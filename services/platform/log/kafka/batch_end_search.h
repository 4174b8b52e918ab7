// Finds where a batch ends that the client library cannot unpack: it says where such a batch
// begins, and no more. A broker that is asked for a record sends the whole batch that the record is
// in, so reading from a place tells whether that place is in this batch or behind it.
//
//   base ... inside | where? | outside          each answer moves one of the two
//
// Steps grow while places are inside, then halve what is left: a batch of a million records takes
// forty questions, one of one record two.
//
// Threads: confined to one.
#pragma once

#include <optional>

#include "platform/log/partition.h"

namespace twinledger::log {

class BatchEndSearch {
 public:
  // The batch that begins at `base` was met when `seen` was to be read, which is in it: it was not
  // over before. It is over before `end`, where the partition ended at that time.
  BatchEndSearch(Offset base, Offset seen, Offset end);

  Offset base() const { return base_; }

  // The place to read from next.
  Offset asked() const { return asked_; }

  // What was met there: this batch again, or something that begins at `begin` or before; false if
  // that stands where this batch was met, which is then not to be believed.
  void Inside();
  [[nodiscard]] bool Outside(Offset begin);

  // Its last offset, once it was met a second time and nothing lies between.
  std::optional<Offset> last() const;

 private:
  void AskNext();

  const Offset base_;
  Offset inside_;
  Offset outside_;
  Offset asked_;
  Offset step_ = 1;
  bool met_again_ = false;
  bool halving_ = false;
};

}  // namespace twinledger::log
