// Texts that may tell of a person: who reads them, and where they do not stand.
#include <fstream>
#include <iterator>

#include "tests/integration/engagement/engagement_server.h"

namespace twinledger::engagement {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(EngagementTest, TheCouncilTheAgencyAndAuditorsReadTextsAndRuleAuthorsDoNot) {
  const std::string name = Submit(kGift).name();
  for (const std::string account : {"hutt-city/approver", "agency-analyst", "auditor"}) {
    SCOPED_TRACE(account);
    const v1::Record read = Get(account, name);
    EXPECT_EQ(read.gift().description(), "a canary of jade");
    EXPECT_THAT(read.unopened_fields(), IsEmpty());
  }
  const v1::Record closed = Get("rule-author", name);
  EXPECT_EQ(closed.gift().description(), "");
  EXPECT_THAT(closed.unopened_fields(), Contains("gift.description"));
  EXPECT_EQ(closed.gift().value().cents(), 80000);
  EXPECT_THAT(NewestVersion("rule-author", name).DebugString(), Not(HasSubstr("canary")));
}

TEST_F(EngagementTest, AListLeavesTextsOut) {
  Submit(kGift);
  v1::ListRecordsRequest request;
  request.set_parent("councils/hutt-city");
  EXPECT_THAT(Ask<v1::ListRecordsResponse>(kMaker, "ListRecords", request).DebugString(),
              Not(HasSubstr("canary")));
}

TEST_F(EngagementTest, AValidationAnswersWithItsTextsAndRecordsNone) {
  v1::SubmitRecordRequest request = Submission(kGift);
  request.set_validate_only(true);
  const auto tried = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
  EXPECT_TRUE(tried.receipt().validate_only());
  EXPECT_EQ(tried.record().gift().description(), "a canary of jade");
  v1::GetRecordRequest get;
  get.set_name(tried.record().name());
  EXPECT_EQ(Refused<v1::GetRecordResponse>(kMaker, "GetRecord", get).code, Code::kNotFound);

  const v1::Record submitted = Submit(kGift);
  v1::AmendRecordRequest amend =
      Amendment(submitted, "gift { description: 'a canary of gold' }", {"gift.description"});
  amend.set_validate_only(true);
  EXPECT_EQ(
      Ask<v1::AmendRecordResponse>(kMaker, "AmendRecord", amend).record().gift().description(),
      "a canary of gold");
  EXPECT_EQ(Get(kMaker, submitted.name()).gift().description(), "a canary of jade");
}

// Every word that a user wrote in a text, searched for in every file of the server.
TEST_F(EngagementTest, NoTextStandsInClearOnDisk) {
  const v1::Record submitted =
      Submit(kGift + "evidence { sha256: '" + std::string(64, 'a') + "' title: 'canary.pdf' }");
  const v1::Record amended =
      Ask<v1::AmendRecordResponse>(
          kMaker, "AmendRecord",
          Amendment(submitted, "gift { circumstances: 'a canary in a cage' }",
                    {"gift.circumstances"}))
          .record();
  Ask<v1::VerifyRecordResponse>(kChecker, "VerifyRecord",
                                On<v1::VerifyRecordRequest>(amended, "note: 'the canary is so'"));
  v1::SubmitRecordRequest tried = Submission(kGift);
  tried.set_validate_only(true);
  Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", tried);
  server_.Restart();
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server_.data_dir())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(bytes.find("canary"), std::string::npos) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace twinledger::engagement
