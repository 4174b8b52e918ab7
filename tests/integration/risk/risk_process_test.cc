// What follows from what is recorded, and from days that pass: receipts and alerts, each once.
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/simulated/simulated_log.h"
#include "risk/inputs/extraction_version.h"
#include "risk/receipts/receipt.h"
#include "tests/integration/risk/risk_nodes.h"

namespace twinledger::risk {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Day kBegin = DayNamed("2026-06-30");
const Subject kRelation{kCouncil, kTwin};
const Subject kWhole{kCouncil};

std::string NameOfReceipt(const events::v1::AssessmentRecorded& receipt) {
  return receipt.relationship_id().empty() ? "council" : "twin";
}

WallTime NoonOf(Day day) { return EndOf(day) - std::chrono::hours(12); }

class RiskProcessTest : public ::testing::Test {
 protected:
  RiskProcessTest() {
    TL_CHECK(log::EmbeddedLog::Create(directory_.path() / "log").ok());
    embedded_ = *log::EmbeddedLog::Open(directory_.path() / "log");
    log_.emplace(*embedded_, clock_);
  }

  void Start(const std::string& folder = "one") {
    node_ = std::make_unique<RiskNode>(*log_, clock_, directory_.path() / folder);
    node_->WaitIdle();
  }
  void PassDays(int days) { clock_.Advance(std::chrono::days(days)); }
  Day Today() { return DayOf(clock_.Now()); }

  // Gifts of different donors and a trip that a foreign side paid, on this day: R is 16, the cap.
  void GiveMany(const std::string& prefix) {
    for (int i = 0; i < 4; ++i) {
      log_->Submit(fmt::format("{}-{}", prefix, i),
                   GiftFields(Today(), 500'000, fmt::format("{}-{}", prefix, i)));
    }
    log_->Submit(prefix + "-4",
                 fmt::format("travel {{ cost_lines {{ item: COST_ITEM_FARE amount {{ cents: 200000 "
                             "currency: 'NZD' }} payer: PAYER_FOREIGN_PUBLIC }} leisure_days: 0 "
                             "{}{}}}",
                             DateField("depart_on", Today()), DateField("return_on", Today())));
  }

  static std::vector<std::string> AlertsOf(const std::vector<WrittenLog::Recorded>& commits) {
    std::vector<std::string> alerts;
    for (const auto& one : commits) {
      for (const events::v1::RiskEvent& event : one.events) {
        if (!event.has_alert_opened()) continue;
        const auto& alert = event.alert_opened();
        alerts.push_back(fmt::format("{} {}: {}>{}", ToText(alert.day()),
                                     alert.relationship_id().empty() ? "council" : "twin",
                                     events::v1::Band_Name(alert.from_band()).substr(5),
                                     events::v1::Band_Name(alert.to_band()).substr(5)));
      }
    }
    return alerts;
  }

  testing::TempDirectory directory_;
  support::ManualClock clock_{NoonOf(kBegin)};
  std::unique_ptr<log::EmbeddedLog> embedded_;
  std::optional<WrittenLog> log_;
  std::unique_ptr<RiskNode> node_;
};

TEST_F(RiskProcessTest, WithoutRecordsNothingIsRecorded) {
  Start();
  PassDays(3);
  node_->WaitIdle();
  EXPECT_THAT(log_->RiskCommits(), IsEmpty());
}

TEST_F(RiskProcessTest, ARecordBringsAReceiptOfItsRelationshipAndOfItsCouncil) {
  Start();
  log_->Submit("gift", GiftFields(kBegin - 100, 80'000));
  node_->WaitIdle();
  const auto receipt = node_->Last(kRelation);
  ASSERT_TRUE(receipt);
  // Reported late, so it decays from today on: $800 is between $500 (4 points) and $2,000 (8).
  EXPECT_EQ(receipt->row.receipt().as_of(), kBegin);
  EXPECT_EQ(receipt->row.receipt().top_lines(0).indicator(), "A1");
  EXPECT_EQ(receipt->row.receipt().top_lines(0).facts(0), "gift/A1");
  EXPECT_GT(receipt->row.receipt().r(), 4000);
  EXPECT_EQ(receipt->row.receipt().band(), events::v1::BAND_BASELINE);
  EXPECT_EQ(receipt->row.receipt().previous_receipt(), "");
  const auto whole = node_->Last(kWhole);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->row.receipt().r(), receipt->row.receipt().r());
  EXPECT_EQ(whole->row.receipt().highest_relationship_id(), kTwin);
  EXPECT_THAT(AlertsOf(log_->RiskCommits()), IsEmpty()) << "BASELINE opens none";
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, ARestartAndARebuildRecordNothingAgain) {
  Start();
  GiveMany("a");
  node_->WaitIdle();
  const std::size_t commits = log_->RiskCommits().size();
  EXPECT_GE(commits, 2U);
  node_.reset();
  Start();
  EXPECT_THAT(log_->RiskCommits(), SizeIs(commits));
  const auto digests = node_->Digests();
  node_.reset();
  Start("anew");
  EXPECT_THAT(log_->RiskCommits(), SizeIs(commits));
  EXPECT_EQ(node_->Digests(), digests);
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, ABandThatRisesOpensAnAlertAtOnceAndOneThatFallsAfterThirtyDays) {
  Start();
  GiveMany("a");
  node_->WaitIdle();
  EXPECT_GE(node_->Last(kRelation)->row.receipt().r(), 15'000);
  ASSERT_THAT(AlertsOf(log_->RiskCommits()),
              ::testing::ElementsAre("2026-06-30 twin: BASELINE>GUARDED",
                                     "2026-06-30 council: BASELINE>GUARDED"));
  PassDays(1);
  for (int i = 0; i < 5; ++i) log_->Retract(fmt::format("a-{}", i));
  node_->WaitIdle();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().r(), 0);
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().band(), events::v1::BAND_GUARDED);
  for (int i = 0; i < 40; ++i) {
    PassDays(1);
    node_->WaitIdle();
  }
  // R was 0 on the 30 days from 1 to 30 July.
  ASSERT_THAT(AlertsOf(log_->RiskCommits()), SizeIs(4));
  EXPECT_EQ(AlertsOf(log_->RiskCommits())[2], "2026-07-30 twin: GUARDED>BASELINE");
  EXPECT_EQ(node_->Mismatches(), "");
}

// As where a replica is cut off from its brokers for days: each day as the log had it.
TEST_F(RiskProcessTest, WhatIsReadDaysLateCountsFromItsOwnDayOn) {
  Start();
  GiveMany("a");
  node_->WaitIdle();
  PassDays(1);
  const WallTime recorded = clock_.Now();
  PassDays(3);
  node_->WaitIdle();
  const Day today = Today();
  ASSERT_EQ(node_->Last(kRelation)->row.receipt().as_of(), kBegin) << "nothing changed since";
  log_->SubmitAt(recorded, "late", GiftFields(kBegin, 90'000, "late"));
  node_->WaitIdle();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().as_of(), kBegin + 1);
  EXPECT_EQ(Today(), today);
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, AFirstRecordThatIsReadDaysLateHasAReceiptOfItsOwnDay) {
  Start();
  const WallTime recorded = clock_.Now();
  PassDays(4);
  node_->WaitIdle();
  log_->SubmitAt(recorded, "late", GiftFields(kBegin, 90'000));
  node_->WaitIdle();
  ASSERT_TRUE(node_->Last(kRelation));
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().as_of(), kBegin);
  EXPECT_EQ(node_->Mismatches(), "");
}

// One that slept records what one that was awake did, receipt by receipt.
TEST_F(RiskProcessTest, MissedDaysAreCaughtUpEachAsItsLogStood) {
  const auto live = [this](bool asleep) {
    if (!asleep) Start(asleep ? "asleep" : "awake");
    GiveMany("a");
    for (int i = 0; i < 45; ++i) {
      if (node_) node_->WaitIdle();
      PassDays(1);
      if (i == 3) {
        for (int k = 0; k < 5; ++k) log_->Retract(fmt::format("a-{}", k));
      }
      if (i == 20) log_->Submit("late", GiftFields(Today() - 1, 30'000));
    }
    if (!node_) Start("asleep");
    node_->WaitIdle();
    EXPECT_EQ(node_->Mismatches(), "");
    // Of one day the last counts: who was awake may have recorded more of them.
    std::map<std::string, std::string> receipts;
    for (const Subject& subject : {kRelation, kWhole}) {
      for (const Receipt& receipt : node_->ReceiptsOf(subject)) {
        const auto& one = receipt.row.receipt();
        receipts[fmt::format("{} of {}", ToText(one.as_of()), NameOfReceipt(one))] =
            fmt::format("{} {}", events::v1::Band_Name(one.band()), one.assessment_sha256());
      }
    }
    node_.reset();
    return receipts;
  };
  const auto slept = live(true);
  EXPECT_THAT(slept, SizeIs(8));

  testing::TempDirectory other;
  TL_CHECK(log::EmbeddedLog::Create(other.path() / "log").ok());
  log_.reset();
  embedded_ = *log::EmbeddedLog::Open(other.path() / "log");
  clock_.SetWall(NoonOf(kBegin));
  log_.emplace(*embedded_, clock_);
  EXPECT_EQ(live(false), slept);
}

const std::string kConnected =
    "gift { direction: GIFT_DIRECTION_OFFERED_TO_COUNCIL donor { principal_id: 'p1' } kind: "
    "GIFT_KIND_STORAGE_MEDIA handling: GIFT_HANDLING_CONNECTED disposition: "
    "GIFT_DISPOSITION_RETAINED " +
    DateField("offered_on", kBegin) + "}";

TEST_F(RiskProcessTest, ARetractionLiftsAFloorOnceASecondPersonHasConfirmedIt) {
  Start();
  log_->Submit("media", kConnected);
  node_->WaitIdle();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().r(), 30'000);
  log_->Step("record_retracted", "media");
  node_->WaitIdle();
  for (const Subject& subject : {kRelation, kWhole}) {
    const events::v1::AssessmentRecorded waits = node_->Last(subject)->row.receipt();
    EXPECT_EQ(waits.r(), 30'000);
    EXPECT_THAT(waits.pending_retractions(), ::testing::ElementsAre("media"));
    EXPECT_EQ(waits.pending_retraction_count(), 1);
  }
  log_->Step("record_returned", "media");
  node_->WaitIdle();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().r(), 30'000);
  EXPECT_THAT(node_->Last(kRelation)->row.receipt().pending_retractions(), IsEmpty());
  log_->Retract("media");
  node_->WaitIdle();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().r(), 0);
  EXPECT_THAT(node_->Last(kRelation)->row.receipt().pending_retractions(), IsEmpty());
  EXPECT_EQ(node_->Mismatches(), "");
}

// What has been read, by nobody who records anything.
class RiskRows {
 public:
  RiskRows(WrittenLog& log, support::ManualClock& clock) {
    runner_ = *projection::Runner::Open(log.log(), log.founding(), projection_,
                                        std::make_unique<store::MemoryStore>(), clock);
    runner_->Start();
    while (!HasReadAll(log)) std::this_thread::yield();
  }
  ~RiskRows() { runner_->Stop(); }

  std::shared_ptr<const store::KeyValueReader> Read() const { return runner_->Snapshot(); }

 private:
  bool HasReadAll(WrittenLog& log) const {
    const std::vector<projection::PartitionStatus> all = runner_->Status();
    return std::ranges::all_of(all, [&](const projection::PartitionStatus& status) {
      return status.next_offset >= *log.log().Tail(status.partition);
    });
  }

  const RiskProjection projection_;
  std::unique_ptr<projection::Runner> runner_;
};

// As a program made it for which a retraction counted at once.
events::v1::AssessmentRecorded OldReceipt(const store::KeyValueReader& rows, const Receipt& last,
                                          const store::Cut& cut, Day day) {
  CouncilInputs inputs = *ReadCouncilInputs(store::CutReader(rows, cut), kCouncil);
  TakeAsVersion(0, inputs);
  const Before before = *PastScores(Tl1()).BeforeDay(rows, store::CutReader(rows), kRelation, day);
  const Assessed assessed =
      *AssessRelationship(FactsOfRelationship(inputs, kTwin, Tl1(), day), Tl1(), before);
  events::v1::AssessmentRecorded receipt = ReceiptOf(assessed, inputs.positions, Tl1(), false);
  receipt.clear_extraction_version();
  receipt.set_previous_receipt(last.row.event());
  return receipt;
}

TEST_F(RiskProcessTest, AReceiptOfTheTimeWhenARetractionCountedAtOnceIsComputedAgainThatWay) {
  Start();
  log_->Submit("media", kConnected);
  node_->WaitIdle();
  const Receipt first = *node_->Last(kRelation);
  node_.reset();
  log_->Step("record_retracted", "media");
  // What that program would have read is read from rows that know no receipt of the retraction.
  store::Cut cut = PositionsOf(first.row.receipt());
  for (auto& [partition, sequence] : cut) {
    if (partition.stream == "engagement") ++sequence;
  }
  {
    RiskRows rows(*log_, clock_);
    events::v1::RiskEvent old;
    *old.mutable_assessment_recorded() = OldReceipt(*rows.Read(), first, cut, kBegin);
    EXPECT_EQ(old.assessment_recorded().r(), 0);
    log_->Forge(old);
  }
  Start();
  EXPECT_EQ(node_->Last(kRelation)->row.receipt().r(), 30'000) << "the record counts again";
  EXPECT_THAT(node_->ReceiptsOf(kRelation), SizeIs(3));
  PassDays(40);
  node_->WaitIdle();
  log_->Submit("later", GiftFields(Today(), 20'000));
  node_->WaitIdle();
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, ADonorThatIsMergedTouchesTheCouncilsThatItGaveTo) {
  Start();
  log_->Register("principal_registered { principal_id: 'p1' }", "principal", "p1");
  log_->Register("principal_registered { principal_id: 'p2' }", "principal", "p2");
  log_->Submit("gift-1", GiftFields(Today(), 20'000, "p1"));
  log_->Submit("gift-2", GiftFields(Today(), 20'000, "p2"));
  node_->WaitIdle();
  const std::int64_t apart = node_->Last(kRelation)->row.receipt().r();
  log_->Register("principal_merged { principal_id: 'p2' into_id: 'p1' }", "principal", "p2");
  node_->WaitIdle();
  const auto together = node_->Last(kRelation);
  EXPECT_NE(together->row.receipt().r(), apart);
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, AReceiptThatSomebodyForgedIsFoundAndFollowedByARightOne) {
  Start();
  log_->Submit("gift", GiftFields(kBegin - 100, 80'000));
  node_->WaitIdle();
  const Receipt right = *node_->Last(kRelation);
  node_.reset();
  events::v1::RiskEvent forged;
  *forged.mutable_assessment_recorded() = right.row.receipt();
  forged.mutable_assessment_recorded()->set_previous_receipt(right.row.event());
  forged.mutable_assessment_recorded()->set_r(1);
  forged.mutable_assessment_recorded()->set_facts_sha256(std::string(64, 'a'));
  log_->Forge(forged);
  Start();
  EXPECT_EQ(node_->ReceiptsOf(kRelation).size(), 3U);
  const auto last = node_->Last(kRelation);
  EXPECT_EQ(last->row.receipt().assessment_sha256(), right.row.receipt().assessment_sha256());
  const std::string event = last->row.receipt().previous_receipt();
  EXPECT_EQ(node_->Mismatches(), event + " facts\n" + event + " receipt\n");
}

TEST_F(RiskProcessTest, WhatANewerProgramWroteMakesTheNextReceiptIncomplete) {
  Start();
  for (const char* const donor : {"p1", "p2"}) {
    log_->Register(fmt::format("principal_registered {{ principal_id: '{}' }}", donor), "principal",
                   donor);
    log_->Submit(fmt::format("gift-of-{}", donor), GiftFields(Today(), 20'000, donor));
  }
  node_->WaitIdle();
  EXPECT_FALSE(node_->Last(kRelation)->row.receipt().incomplete());
  engagement::events::v1::EngagementEvent newer;
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(1000, 1);
  log_->Append("engagement", "council", kCouncil, newer.SerializeAsString());
  log_->Register("principal_merged { principal_id: 'p2' into_id: 'p1' }", "principal", "p2");
  node_->WaitIdle();
  EXPECT_TRUE(node_->Last(kRelation)->row.receipt().incomplete());
  EXPECT_EQ(node_->trouble(), std::nullopt);
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST_F(RiskProcessTest, SoDoesWhatItWroteOfAPrincipalThatADonorWasMergedInto) {
  Start();
  for (const char* const donor : {"p1", "p2"}) {
    log_->Register(fmt::format("principal_registered {{ principal_id: '{}' }}", donor), "principal",
                   donor);
  }
  log_->Register("principal_merged { principal_id: 'p2' into_id: 'p1' }", "principal", "p2");
  log_->Submit("gift", GiftFields(Today(), 20'000, "p2"));
  node_->WaitIdle();
  EXPECT_FALSE(node_->Last(kRelation)->row.receipt().incomplete());
  registry::events::v1::RegistryEvent newer;
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(1000, 1);
  log_->Append("registry", "principal", "p1", newer.SerializeAsString());
  log_->Submit("another", GiftFields(Today(), 20'000, "p2"));
  node_->WaitIdle();
  EXPECT_TRUE(node_->Last(kRelation)->row.receipt().incomplete());
  EXPECT_EQ(node_->Mismatches(), "");
}

TEST(RiskReplicasTest, TwoReplicasNeverRecordTwoAssessmentsOfOneInput) {
  support::ManualClock clock{NoonOf(kBegin)};
  log::SimulatedLog simulated(7);
  WrittenLog log(simulated, clock);
  RiskNode one(log, clock);
  RiskNode two(log, clock);
  for (int i = 0; i < 30; ++i) {
    log.Submit(fmt::format("gift-{}", i), GiftFields(DayOf(clock.Now()), 30'000 + i));
    if (i % 5 == 4) clock.Advance(std::chrono::days(1));
    if (i % 3 == 2) one.WaitIdle();
  }
  one.WaitIdle();
  two.WaitIdle();
  std::map<std::string, std::string> made;  // By subject, day and what is scored: the receipt.
  std::map<std::string, int> ids;
  for (const auto& recorded : log.RiskCommits()) {
    EXPECT_EQ(++ids[recorded.commit.request_id()], 1);
    for (const events::v1::RiskEvent& event : recorded.events) {
      if (!event.has_assessment_recorded()) continue;
      const auto& receipt = event.assessment_recorded();
      std::string input = fmt::format("{} {}", receipt.relationship_id(), receipt.as_of());
      for (const auto& at : receipt.positions()) {
        input += fmt::format(" {}/{}/{}", at.stream(), at.partition(), at.sequence());
      }
      EXPECT_TRUE(made.emplace(input, receipt.facts_sha256()).second) << input;
    }
  }
  EXPECT_GE(made.size(), 12U);
  EXPECT_EQ(one.Mismatches(), "");
  EXPECT_EQ(two.Mismatches(), "");
  EXPECT_EQ(one.Digests(), two.Digests());
}

}  // namespace
}  // namespace twinledger::risk
