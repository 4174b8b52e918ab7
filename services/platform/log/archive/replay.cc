#include "platform/log/archive/replay.h"

namespace twinledger::log {
namespace {

bool Shows(const ReplayFilter& filter, const PartitionId& partition, const v1::Commit& commit) {
  if (!filter.stream.empty() && filter.stream != partition.stream) return false;
  if (!filter.key_type.empty() && filter.key_type != commit.key().type()) return false;
  if (!filter.key_id.empty() && filter.key_id != commit.key().id()) return false;
  if (filter.from_us && commit.record_time_us() < *filter.from_us) return false;
  return !filter.to_us || commit.record_time_us() < *filter.to_us;
}

}  // namespace

Result<Readings> ReplayLog(EventLog& log, const Founding& founding, const ReplayFilter& filter,
                           const CommitVisitor& visitor, const ReadProgressCallback& progress) {
  const auto show = [&](const PartitionId& partition, const ReadRecord& record,
                        const AcceptedRecord& accepted) -> Result<void> {
    for (const AcceptedCommit& commit : accepted.commits) {
      if (!Shows(filter, partition, commit.commit)) continue;
      TL_TRY_VOID(visitor({partition, record.offset(), commit.commit, commit.hash, record.hash(),
                           record.record().key_id()}));
    }
    return {};
  };
  return ReadAccepted(log, founding, show, progress);
}

}  // namespace twinledger::log
