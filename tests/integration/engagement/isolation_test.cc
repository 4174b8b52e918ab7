// What a council may learn of the others: nothing. And what the agency may not do in their place.
#include "tests/integration/engagement/engagement_server.h"

namespace twinledger::engagement {
namespace {

// Everything that the council's officer can read of records. Positions count the commits of all and
// are left out: they say how much is written, not what.
class EngagementIsolationTest : public EngagementTest {
 protected:
  std::string AllThatIsSeenBy(const std::string& account, const std::string& name) {
    std::string seen;
    v1::ListRecordsRequest list;
    for (const char* const parent : {"councils/-", "councils/hutt-city"}) {
      list.set_parent(parent);
      auto listed = Ask<v1::ListRecordsResponse>(account, "ListRecords", list);
      listed.clear_read_position();
      seen += listed.DebugString();
    }
    v1::ListRecordHistoryRequest history;
    history.set_name(name);
    auto versions = Ask<v1::ListRecordHistoryResponse>(account, "ListRecordHistory", history);
    versions.clear_read_position();
    return seen + versions.DebugString() + Get(account, name).DebugString();
  }
};

TEST_F(EngagementIsolationTest, ACouncilsAnswersAreTheSameWhateverOthersHold) {
  const std::string name = Submit(kGift).name();
  const std::string alone = AllThatIsSeenBy(kMaker, name);
  Submit(kGift, "nelson-city/officer");
  Submit(kGift, "nelson-city/officer");
  EXPECT_EQ(AllThatIsSeenBy(kMaker, name), alone);
}

TEST_F(EngagementIsolationTest, AnothersRecordIsAnsweredAsOneThatDoesNotExist) {
  const std::string anothers = Submit(kGift, "nelson-city/officer").name();
  const auto told = [&](const std::string& council, const std::string& name) {
    std::string answers;
    v1::GetRecordRequest get;
    get.set_name(name);
    v1::ListRecordHistoryRequest history;
    history.set_name(name);
    v1::ListRecordsRequest list;
    list.set_parent(council);
    for (const Error& error :
         {Refused<v1::GetRecordResponse>(kMaker, "GetRecord", get),
          Refused<v1::ListRecordHistoryResponse>(kMaker, "ListRecordHistory", history),
          Refused<v1::ListRecordsResponse>(kMaker, "ListRecords", list)}) {
      EXPECT_EQ(error.code, Code::kNotFound);
      answers += error.reason + " " + error.message + "\n";
    }
    return answers;
  };
  std::string existing = told("councils/nelson-city", anothers);
  std::string absent_name = anothers;
  absent_name.replace(absent_name.find("nelson"), 6, "nowher");
  const std::string absent = told("councils/nowher-city", absent_name);
  for (std::size_t at; (at = existing.find("nelson")) != std::string::npos;) {
    existing.replace(at, 6, "nowher");
  }
  EXPECT_EQ(existing, absent);
}

TEST_F(EngagementIsolationTest, AFilterReachesNothingOfTheOthers) {
  const std::string anothers = Submit(kGift, "nelson-city/officer").name();
  v1::ListRecordsRequest list;
  list.set_parent("councils/-");
  list.set_filter("name = \"" + anothers + "\"");
  EXPECT_EQ(Ask<v1::ListRecordsResponse>(kMaker, "ListRecords", list).records_size(), 0);
  EXPECT_EQ(Ask<v1::ListRecordsResponse>("agency-analyst", "ListRecords", list).records_size(), 1);
}

TEST_F(EngagementIsolationTest, AnothersRecordIsWrittenByNobodyElse) {
  const v1::Record anothers = Submit(kGift, "nelson-city/officer");
  for (const std::string& account :
       {kMaker, std::string("hutt-city/approver"), std::string("agency-analyst"),
        std::string("agency-approver"), std::string("auditor")}) {
    SCOPED_TRACE(account);
    for (const Error& error :
         {Refused<v1::SubmitRecordResponse>(account, "SubmitRecord",
                                            Submission(kGift, "nelson-city")),
          Refused<v1::AmendRecordResponse>(account, "AmendRecord",
                                           Amendment(anothers, "", {"gift.value"})),
          Refused<v1::VerifyRecordResponse>(account, "VerifyRecord",
                                            On<v1::VerifyRecordRequest>(anothers)),
          Refused<v1::ReturnRecordResponse>(account, "ReturnRecord",
                                            On<v1::ReturnRecordRequest>(anothers, "reason: 'no'")),
          Refused<v1::RetractRecordResponse>(
              account, "RetractRecord", On<v1::RetractRecordRequest>(anothers, "reason: 'no'"))}) {
      EXPECT_EQ(error.code, Code::kPermissionDenied);
      EXPECT_EQ(error.reason, "NOT_PERMITTED");
    }
  }
  EXPECT_EQ(Get("nelson-city/officer", anothers.name()).DebugString(), anothers.DebugString());
}

}  // namespace
}  // namespace twinledger::engagement
