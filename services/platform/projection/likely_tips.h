// Where a partition may stand, as far as its records tell without rows and control events: what a
// feed verifies ahead is what follows there. Void records do not, so a flood of them costs no
// signature. Only speed depends on it: which record is accepted is decided by views.
//
//   follows, by a key of the founding, verified --> the tip moves behind it
//   follows, by another key ----------------------> it may have been enrolled: two tips are likely
#pragma once

#include <optional>

#include "platform/crypto/hash.h"
#include "platform/log/chain.h"

namespace twinledger::projection {

// Threads: confined to one.
class LikelyTips {
 public:
  struct Tip {
    log::Sequence sequence = 0;
    crypto::Hash hash = log::kNoHash;
  };

  explicit LikelyTips(const Tip& tip) : tip_(tip) {}

  // Whether `record`, which parsed, is chained on one of them.
  bool Follows(const log::ReadRecord& record) const;

  // `record` follows; it was verified, or its key is not known. One that a known key did not sign
  // is nobody's tip and is not told.
  void MoveBehind(const log::ReadRecord& record);
  void MayHaveMovedBehind(const log::ReadRecord& record);

 private:
  Tip tip_;
  std::optional<Tip> other_;
};

}  // namespace twinledger::projection
