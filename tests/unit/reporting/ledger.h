// Commits of one history of three streams, each in the partition of its key, and the store that
// reports are read from.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "platform/projection/partition_view.h"
#include "platform/store/memory_store.h"
#include "reporting/projection/reporting_projection.h"
#include "tests/unit/reporting/text_message.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::reporting {

inline constexpr std::uint32_t kPartitions = 4;
inline constexpr std::int64_t kDayUs = 86'400'000'000;
inline constexpr std::int64_t kFirstDay = 20'454;  // 1 January 2026.

class Ledger {
 public:
  // Each a day after the one before, from 2 January 2026 on. The reason for parking, if it parked.
  std::string Apply(std::string_view stream, const std::string& key, const std::string& event) {
    log::AcceptedCommit accepted;
    log::v1::Commit& commit = accepted.commit;
    commit.mutable_key()->set_type(key.substr(0, key.find('/')));
    commit.mutable_key()->set_id(key.substr(key.find('/') + 1));
    const log::PartitionId partition{std::string(stream),
                                     log::PartitionOf(commit.key(), kPartitions)};
    commit.set_sequence(++tips_[partition]);
    commit.set_record_time_us(++days_ * kDayUs);
    commit.set_actor("account " + std::to_string(days_));
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.add_events(event);
    store::Overlay rows(store_);
    const auto applied = projection::ApplyCommit(ReportingProjection(), partition, accepted, rows);
    EXPECT_TRUE(applied.ok());
    EXPECT_TRUE(store_.Write(rows.batch()).ok());
    return applied.ok() && *applied ? (*applied)->error : "";
  }

  std::string Register(const std::string& event, const std::string& key = "council/hutt-city") {
    return Apply(kRegistryStream, key,
                 Parse<registry::events::v1::RegistryEvent>(event).SerializeAsString());
  }
  std::string Engage(const std::string& event, const std::string& key = "council/hutt-city") {
    return Apply(kEngagementStream, key,
                 Parse<engagement::events::v1::EngagementEvent>(event).SerializeAsString());
  }
  std::string Score(const std::string& event, const std::string& key = "council/hutt-city") {
    return Apply(kRiskStream, key, Parse<risk::events::v1::RiskEvent>(event).SerializeAsString());
  }

  void SkipDays(std::int64_t days) { days_ += days; }
  std::int64_t today() const { return days_; }

  store::CutReader rows() const { return store::CutReader(store_); }
  store::CutReader RowsAt(store::Cut cut) const { return store::CutReader(store_, std::move(cut)); }
  const store::Cut& tips() const { return tips_; }

 private:
  store::MemoryStore store_;
  store::Cut tips_;
  std::int64_t days_ = kFirstDay;
};

}  // namespace twinledger::reporting
