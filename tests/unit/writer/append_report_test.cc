// What the log reports of an append, against what the reader then meets (rule 16, rule 24).
#include "tests/unit/writer/writer_fixture.h"

namespace twinledger::writer {
namespace {

class AppendReportTest : public WriterFixture {};

TEST_F(AppendReportTest, AReportBeyondTheNextOffsetIsReadUpTo) {
  Run();
  Set("r1", "a", "one");
  Land(ForeignRecord({ForeignCommit("foreign", "x")}));
  const log::Offset own = LandLast();
  Report(own);
  EXPECT_EQ(writer->state(), State::kDraining);
  EXPECT_EQ(Told("r1"), "");
  ReadNext();
  EXPECT_EQ(environment.appended.size(), 1U);
  ReadNext();
  EXPECT_EQ(writer->state(), State::kRunning);
  ASSERT_EQ(environment.appended.size(), 2U);
  Accept();
  EXPECT_EQ(Told("r1"), "DONE 3");
}

TEST_F(AppendReportTest, VoidsOfStrangersBeforeAReportDoNotVoidTheRecord) {
  Run();
  Set("r1", "a", "one");
  Land("not a record");
  Report(LandLast());
  Read();
  EXPECT_EQ(Told("r1"), "DONE 2");
  EXPECT_EQ(writer->state(), State::kRunning);
  EXPECT_EQ(writer->counts().voids, 0U);
}

TEST_F(AppendReportTest, AReportWhereAnotherRecordStandsIsDamage) {
  Run();
  Set("r1", "a", "one");
  Report(0);
  EXPECT_EQ(writer->state(), State::kStopped);
  EXPECT_EQ(Told("r1"), "LOG_DAMAGED");
  EXPECT_EQ(environment.alarms, (Texts{"REPORT_CONTRADICTS_VIEW"}));
  EXPECT_TRUE(view->stopped().has_value());
  Set("r2", "a", "two");
  EXPECT_EQ(Told("r2"), "LOG_DAMAGED");
  writer->OnTick();
  EXPECT_EQ(environment.alarms.size(), 1U);
}

TEST_F(AppendReportTest, AReportThatTheReaderThenContradictsIsDamage) {
  Run();
  Set("r1", "a", "one");
  Report(landed.size() + 1);
  Land("not a record");
  Land("another");
  Read();
  EXPECT_EQ(writer->state(), State::kStopped);
  EXPECT_EQ(Told("r1"), "LOG_DAMAGED");
}

TEST_F(AppendReportTest, ARecordThatLandedTwiceMayBeReportedAtEitherPlace) {
  for (const bool second : {false, true}) {
    SCOPED_TRACE(second);
    Begin();
    Run();
    const std::string id = second ? "r2" : "r1";
    Set(id, "a", id);
    const log::Offset first = LandLast();
    LandLast();
    Read();
    Report(first + (second ? 1 : 0));
    EXPECT_EQ(writer->state(), State::kRunning);
    EXPECT_FALSE(writer->in_flight());
    EXPECT_EQ(Told(id).substr(0, 4), "DONE");
  }
}

}  // namespace
}  // namespace twinledger::writer
