#include "platform/projection/likely_tips.h"

namespace twinledger::projection {
namespace {

bool IsChainedOn(const LikelyTips::Tip& tip, const log::ReadRecord& record) {
  return record.body().first_sequence() == tip.sequence + 1 &&
         record.body().previous_hash() == crypto::Bytes(tip.hash);
}

LikelyTips::Tip Behind(const log::ReadRecord& record) {
  const auto commits = static_cast<log::Sequence>(record.body().commits_size());
  return {record.body().first_sequence() + commits - 1, record.hash()};
}

}  // namespace

bool LikelyTips::Follows(const log::ReadRecord& record) const {
  if (record.body().commits().empty()) return false;
  return IsChainedOn(tip_, record) || (other_ && IsChainedOn(*other_, record));
}

void LikelyTips::MoveBehind(const log::ReadRecord& record) {
  // Behind the other one it shows that the key was enrolled; behind the first it shows nothing of
  // the other, since it may be void itself.
  if (!IsChainedOn(tip_, record)) other_.reset();
  tip_ = Behind(record);
}

void LikelyTips::MayHaveMovedBehind(const log::ReadRecord& record) { other_ = Behind(record); }

}  // namespace twinledger::projection
