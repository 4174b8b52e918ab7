// The registry's projection on a store in memory, fed with commits as the log holds them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "registry/projection/registry_projection.h"
#include "tests/unit/registry/given_when.h"

namespace twinledger::registry {

inline constexpr std::uint32_t kPartitions = 4;
inline constexpr std::int64_t kDayUs = 86'400'000'000;

// Commits of one history, each in the partition of its key, and the store they were applied to.
class Ledger {
 public:
  log::AcceptedCommit Commit(const log::v1::EntityKey& key, const std::vector<Event>& events) {
    const log::PartitionId partition{std::string(kStream), log::PartitionOf(key, kPartitions)};
    log::AcceptedCommit accepted;
    log::v1::Commit& commit = accepted.commit;
    commit.set_sequence(++tips_[partition]);
    commit.set_record_time_us(++days_ * kDayUs);
    *commit.mutable_key() = key;
    commit.set_actor("agency-analyst/k1");
    commit.set_method("twinledger.registry.v1.RegistryService/Any");
    commit.set_request_id("request " + std::to_string(days_));
    commit.set_outcome(log::v1::OUTCOME_DONE);
    for (const Event& event : events) commit.add_events(event.SerializeAsString());
    return accepted;
  }

  // The reason for parking, if it parked.
  std::string Apply(const log::AcceptedCommit& accepted) {
    store::Overlay rows(store_);
    const std::string parked = ApplyTo(accepted, rows);
    EXPECT_TRUE(store_.Write(rows.batch()).ok());
    return parked;
  }

  static std::string ApplyTo(const log::AcceptedCommit& accepted, store::Overlay& rows) {
    const log::PartitionId partition{std::string(kStream),
                                     log::PartitionOf(accepted.commit.key(), kPartitions)};
    const auto applied = projection::ApplyCommit(RegistryProjection(), partition, accepted, rows);
    EXPECT_TRUE(applied.ok());
    return applied.ok() && *applied ? (*applied)->error : "";
  }

  template <class Id>
  std::string Record(const Id& id, const std::string& event) {
    return Apply(Commit(KeyOf(id), {EventOf(event)}));
  }

  store::CutReader rows() const { return store::CutReader(store_, cut_); }
  void CutHere() { cut_ = tips_; }
  store::MemoryStore& store() { return store_; }

 private:
  store::MemoryStore store_;
  store::Cut tips_;
  std::optional<store::Cut> cut_;
  std::int64_t days_ = 0;
};

}  // namespace twinledger::registry
