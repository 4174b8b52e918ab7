// The risk service without its server: a log that a test writes the registry's and the engagements'
// streams of, and replicas that follow it, with a clock that the test moves.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/process/follower.h"
#include "platform/projection/consistency.h"
#include "platform/projection/runner.h"
#include "platform/projection/store_folder.h"
#include "platform/store/memory_store.h"
#include "platform/writer/writer.h"
#include "risk/inputs/council_inputs.h"
#include "risk/process/risk_process.h"
#include "risk/projection/risk_projection.h"
#include "risk/projection/risk_view.h"
#include "risk/receipts/recompute.h"
#include "risk/rules/built_in.h"
#include "tests/support/log_calls.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::risk {

inline constexpr std::uint32_t kPartitionsOfNodes = 2;
inline const std::string kCouncil = "hutt-city";
inline const std::string kTwin = "rel-1";

inline Day DayNamed(const std::string& date) { return *ParseDay(date); }

template <class Message>
Message ParsedEvent(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

inline std::string DateField(const std::string& field, Day day) {
  const std::string text = ToText(day);
  return fmt::format("{} {{ year: {} month: {} day: {} }} ", field, text.substr(0, 4),
                     std::stoi(text.substr(5, 2)), std::stoi(text.substr(8, 2)));
}

// A gift that was kept.
inline std::string GiftFields(Day day, int cents, const std::string& donor = "p1") {
  return fmt::format(
      "gift {{ direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor {{ principal_id: \"{}\" }} kind: "
      "GIFT_KIND_ART value {{ cents: {} currency: \"NZD\" }} disposition: "
      "GIFT_DISPOSITION_RETAINED {}}}",
      donor, cents, DateField("offered_on", day));
}

// Streams that tests write by hand, on a log that replicas follow.
class WrittenLog {
 public:
  WrittenLog(log::EventLog& log, const Clock& clock)
      : log_(log),
        clock_(clock),
        founder_("risk", kPartitionsOfNodes, {"registry", "engagement", "risk"}) {
    crypto::SystemRandom random;
    founding_ =
        *log::FoundLog(log_, founder_.content, founder_.writer_keys, std::nullopt, clock_, random);
    for (const log::PartitionId& partition : log::PartitionsOf(founding_.root)) {
      const auto& key = founder_.writer_keys.at(partition.stream);
      auto& writer =
          writers_.emplace(partition, testing::ChainWriter(partition, key, kPartitionsOfNodes))
              .first->second;
      writer.Follow(testing::ReadAll(log_, partition).records.front());
    }
    Register("council_registered { council_id: 'hutt-city' }");
    Register("relationship_recorded { council_id: 'hutt-city' relationship_id: 'rel-1' }");
  }

  void Append(const std::string& stream, const std::string& type, const std::string& id,
              const std::string& event) {
    log::v1::EntityKey key;
    key.set_type(type);
    key.set_id(id);
    const log::PartitionId partition{stream, log::PartitionOf(key, kPartitionsOfNodes)};
    testing::ChainWriter& writer = writers_.at(partition);
    log::v1::Commit commit = writer.NextCommit();
    *commit.mutable_key() = key;
    commit.set_record_time_us(recorded_at_.value_or(clock_.Now()).time_since_epoch().count());
    commit.clear_events();
    commit.add_events(event);
    const std::string record = writer.Make({commit});
    writer.Follow(record);
    ASSERT_EQ(testing::AppendAndWait(log_, partition, record).kind,
              log::AppendOutcome::Kind::kAppended);
  }
  void Register(const std::string& event, const std::string& type = "council",
                const std::string& id = kCouncil) {
    Append("registry", type, id,
           ParsedEvent<registry::events::v1::RegistryEvent>(event).SerializeAsString());
  }
  void Engage(const std::string& event, const std::string& council = kCouncil) {
    Append("engagement", "council", council,
           ParsedEvent<engagement::events::v1::EngagementEvent>(event).SerializeAsString());
  }
  void Submit(const std::string& id, const std::string& fields,
              const std::string& relationship = kTwin) {
    Engage(
        fmt::format("record_submitted {{ council_id: 'hutt-city' record_id: '{}' fields {{ "
                    "relationship_id: '{}' {} }} }}",
                    id, relationship, fields));
  }
  // Was recorded then, and is read by nobody before now.
  void SubmitAt(WallTime recorded, const std::string& id, const std::string& fields) {
    recorded_at_ = recorded;
    Submit(id, fields);
    recorded_at_.reset();
  }
  // `kind` as in "record_retracted".
  void Step(const std::string& kind, const std::string& id) {
    Engage(fmt::format("{} {{ council_id: 'hutt-city' record_id: '{}' }}", kind, id));
  }
  // By two persons.
  void Retract(const std::string& id) {
    Step("record_retracted", id);
    Step("record_verified", id);
  }

  // An event of the stream "risk" by somebody who has its key, while no replica runs.
  void Forge(const events::v1::RiskEvent& event) {
    const log::PartitionId partition{"risk",
                                     log::PartitionOf(CouncilKey(kCouncil), kPartitionsOfNodes)};
    writers_.at(partition).Follow(testing::ReadAll(log_, partition).records.back());
    Append("risk", "council", kCouncil, event.SerializeAsString());
  }

  // What the process recorded, in the order of its partition.
  struct Recorded {
    log::v1::Commit commit;
    std::vector<events::v1::RiskEvent> events;
  };
  std::vector<Recorded> RiskCommits() {
    std::vector<Recorded> all;
    const log::PartitionId partition{"risk",
                                     log::PartitionOf(CouncilKey(kCouncil), kPartitionsOfNodes)};
    log::ChainView view = log::EmptyView(partition);
    log::Offset offset = 0;
    for (const std::string& record : testing::ReadAll(log_, partition).records) {
      const log::Verdict verdict = log::Accept(view, founding_, log::ReadRecord(offset++, record));
      const auto* const accepted = std::get_if<log::AcceptedRecord>(&verdict);
      if (accepted == nullptr) continue;
      view = accepted->next;
      for (const log::AcceptedCommit& commit : accepted->commits) {
        if (commit.commit.has_control()) continue;
        Recorded one{commit.commit, {}};
        for (const std::string& event : commit.commit.events()) {
          EXPECT_TRUE(one.events.emplace_back().ParseFromString(event));
        }
        all.push_back(std::move(one));
      }
    }
    return all;
  }

  log::EventLog& log() { return log_; }
  const log::Founding& founding() const { return founding_; }
  const crypto::SigningKey& risk_key() const { return founder_.writer_keys.at("risk"); }

 private:
  std::optional<WallTime> recorded_at_;  // Nothing: now.
  log::EventLog& log_;
  const Clock& clock_;
  const testing::TestFounding founder_;
  log::Founding founding_;
  std::map<log::PartitionId, testing::ChainWriter> writers_;
};

// One replica of the service. Its rows are in a directory, or else in memory.
class RiskNode {
 public:
  RiskNode(WrittenLog& log, support::ManualClock& clock,
           const std::optional<std::filesystem::path>& directory = std::nullopt)
      : log_(log), clock_(clock) {
    std::unique_ptr<store::KeyValueStore> rows = std::make_unique<store::MemoryStore>();
    if (directory) {
      auto opened = projection::OpenStore(*directory, projection_, log.founding());
      TL_CHECK(opened.ok());
      rows = std::move(opened->store);
    }
    auto runner =
        projection::Runner::Open(log.log(), log.founding(), projection_, std::move(rows), clock);
    TL_CHECK(runner.ok());
    runner_ = *std::move(runner);
    writer_ = std::make_unique<writer::Writer>(log.log(), *runner_, log.founding(), "risk",
                                               log.risk_key(), clock, random_);
    follower_ = std::make_unique<process::Follower>(
        std::make_unique<RiskProcess>(Tl1(), "digest key"),
        process::FollowerParts{*runner_, *writer_, log.founding(), clock},
        process::FollowerOptions{.agenda = {.retry_first = std::chrono::milliseconds(1)},
                                 .look_every = std::chrono::milliseconds(1)});
    runner_->Start();
    follower_->Start();
  }
  ~RiskNode() {
    follower_->Stop();
    runner_->Stop();
  }

  // Until nothing is missing at what the log holds now.
  void WaitIdle() {
    std::map<log::PartitionId, log::Offset> tails;
    while (true) {
      clock_.Advance(std::chrono::milliseconds(1));
      bool read = true;
      for (const projection::PartitionStatus& status : runner_->Status()) {
        ASSERT_FALSE(status.stopped) << status.stopped->message;
        read = read && status.next_offset >= *log_.log().Tail(status.partition);
      }
      const store::Cut now =
          *projection::CutOf(*runner_->Snapshot(), log_.founding(), {"registry", "engagement"});
      const process::FollowerStatus status = follower_->Status();
      const Day today = DayOf(clock_.Now() - std::chrono::seconds(60));
      if (read && status.idle && status.cut == now && status.today == today) return;
      std::this_thread::yield();
    }
  }

  std::optional<Error> trouble() const { return follower_->Status().trouble; }
  std::shared_ptr<const store::KeyValueReader> rows() const { return runner_->Snapshot(); }
  std::optional<Receipt> Last(const Subject& subject) const {
    const auto snapshot = rows();
    return *LastReceipt(store::CutReader(*snapshot), subject);
  }
  std::vector<Receipt> ReceiptsOf(const Subject& subject) const {
    const auto snapshot = rows();
    std::vector<Receipt> all;
    EXPECT_TRUE(VisitReceipts(store::CutReader(*snapshot), subject, [&](Receipt receipt) {
                  all.insert(all.begin(), std::move(receipt));
                  return true;
                }).ok());
    return all;
  }
  // By partition.
  std::map<std::string, std::string> Digests() const {
    std::map<std::string, std::string> digests;
    for (const auto& status : runner_->Status()) {
      digests[log::ToString(status.partition)] = status.digest;
    }
    return digests;
  }
  // Everything that differs, of all receipts; empty if each computes to what was recorded.
  std::string Mismatches() const {
    std::string wrong;
    const auto snapshot = rows();
    const store::Cut read = *projection::CutOf(*snapshot, log_.founding(), projection_.streams());
    for (const Subject& subject : {Subject{kCouncil, kTwin}, Subject{kCouncil}}) {
      for (const Receipt& receipt : ReceiptsOf(subject)) {
        const auto again = Recompute(*snapshot, read, receipt, Tl1());
        if (!again) return again.error().message;
        for (const Comparison& one : *again) {
          if (!one.same()) wrong += receipt.row.event() + " " + one.what + "\n";
        }
      }
    }
    return wrong;
  }

 private:
  WrittenLog& log_;
  support::ManualClock& clock_;
  const RiskProjection projection_;
  crypto::SystemRandom random_;
  std::unique_ptr<projection::Runner> runner_;
  std::unique_ptr<writer::Writer> writer_;
  std::unique_ptr<process::Follower> follower_;
};

}  // namespace twinledger::risk
