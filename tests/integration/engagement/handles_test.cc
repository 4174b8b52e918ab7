// Handles in records are of those whom the registry knows.
#include <chrono>
#include <future>
#include <optional>

#include "tests/integration/engagement/engagement_server.h"

namespace twinledger::engagement {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPerson = "00000000-0000-4000-8000-000000000911";
constexpr const char* kOfficial = "00000000-0000-4000-8000-000000000912";
constexpr const char* kAsset = "00000000-0000-4000-8000-000000000913";
constexpr const char* kNobody = "00000000-0000-4000-8000-000000000914";

class HandlesTest : public EngagementTest {
 protected:
  // A person, an official and an asset of Hutt City.
  HandlesTest() {
    RegisterPrincipal("hutt-city/officer", kPerson, "PERSON");
    testing::AskMethod<reg::CreateOfficialResponse>(
        server_.As("hutt-city/officer"), kRegistry + "CreateOfficial",
        testing::Parsed<reg::CreateOfficialRequest>(absl::Substitute(
            "parent: 'councils/hutt-city' official_id: '$0' request_id: '$1' official { office: "
            "'Mayor' }",
            kOfficial, NextId())));
    testing::AskMethod<reg::CreateStrategicAssetResponse>(
        server_.As("hutt-city/officer"), kRegistry + "CreateStrategicAsset",
        testing::Parsed<reg::CreateStrategicAssetRequest>(absl::Substitute(
            "parent: 'councils/hutt-city' asset_id: '$0' request_id: '$1' asset { owner: "
            "ASSET_OWNER_COUNCIL kind: ASSET_KIND_PORT register_ref: 'AR-17' }",
            kAsset, NextId())));
  }

  static std::string Visit(const std::string& member, const std::string& site = "") {
    return absl::Substitute(
        "occur_date { year: 2026 } delegation { direction: DELEGATION_DIRECTION_IN purpose: 'a "
        "tour' requested_by: REQUESTED_BY_PARTNER members { person { office: 'mayor' } } members { "
        "person { $0 } } $1 }",
        member, site);
  }
  Error RefusedSubmission(const std::string& record, const std::string& council = "hutt-city") {
    return Refused<v1::SubmitRecordResponse>(council + "/officer/maker", "SubmitRecord",
                                             Submission(record, council));
  }
};

TEST_F(HandlesTest, WhomTheRegistryKnowsMayBeNamed) {
  const auto member = [](const char* field, const char* id) {
    return absl::Substitute("$0: '$1'", field, id);
  };
  Submit(Visit(member("official_id", kOfficial)));
  Submit(Visit(member("principal_id", kPerson)));
  Submit(Visit(member("principal_id", kDonor.c_str()),
               "sites { asset_id: '" + std::string(kAsset) + "' }"));
}

// Engagements hear of the registry by its stream, a moment later.
TEST_F(HandlesTest, WhoWasRegisteredAMomentAgoMayBeNamed) {
  const v1::Record gift = Submit(kGift);
  const std::string first = NextId();
  const std::string second = NextId();
  const v1::SubmitRecordRequest submission = Submission(GiftFrom(first));
  v1::SubmitRecordRequest validated = Submission(GiftFrom(first));
  validated.set_validate_only(true);
  const v1::AmendRecordRequest amendment =
      Amendment(gift, "gift { donor { principal_id: '" + second + "' } }", {"gift.donor"});
  std::optional<Held> held(*this);
  RegisterPrincipal("agency-approver", first, "ORGANISATION");
  RegisterPrincipal("agency-approver", second, "ORGANISATION");
  const auto answered = [this](const std::string& method, const auto& request, auto response) {
    return std::async(std::launch::async, [this, method, request, response]() mutable {
      return server_.As(kMaker).Call(kEngagement + method, request, response);
    });
  };
  std::vector<std::future<Result<void>>> answers;
  answers.push_back(answered("SubmitRecord", submission, v1::SubmitRecordResponse()));
  answers.push_back(answered("SubmitRecord", validated, v1::SubmitRecordResponse()));
  answers.push_back(answered("AmendRecord", amendment, v1::AmendRecordResponse()));
  for (auto& answer : answers) {
    EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  }
  held.reset();
  for (auto& answer : answers) {
    const Result<void> told = answer.get();
    EXPECT_TRUE(told.ok()) << told.error().message;
  }
}

TEST_F(HandlesTest, ANobodyIsRefusedWithFieldValueAndRemedyAndWithoutACommit) {
  struct Case {
    std::string record;
    const char* reason;
    const char* field;
  };
  const std::string nobody(kNobody);
  for (const auto& [record, reason, field] :
       {Case{Visit("official_id: '" + nobody + "'"), "OFFICIAL_NOT_FOUND",
             "record.delegation.members[1].person.official_id"},
        Case{Visit("principal_id: '" + nobody + "'"), "PRINCIPAL_NOT_FOUND",
             "record.delegation.members[1].person.principal_id"},
        Case{Visit("office: 'mayor'", "sites { asset_id: '" + nobody + "' }"), "ASSET_NOT_FOUND",
             "record.delegation.sites[0].asset_id"}}) {
    SCOPED_TRACE(reason);
    const Error error = RefusedSubmission(record);
    EXPECT_EQ(error.code, Code::kNotFound);
    EXPECT_EQ(error.reason, reason);
    EXPECT_EQ(error.metadata.at("field"), field);
    EXPECT_EQ(error.metadata.at("value"), kNobody);
    EXPECT_THAT(error.message, HasSubstr(std::string(field) + ": \"" + kNobody + "\" is no "));
    EXPECT_THAT(error.message, HasSubstr("register it first"));
  }
  // The same request again, once the registry has it.
  const v1::SubmitRecordRequest request = Submission(Visit("principal_id: '" + nobody + "'"));
  Refused<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
  RegisterPrincipal("hutt-city/officer", kNobody, "ORGANISATION");
  Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request);
}

TEST_F(HandlesTest, WhatIsOfAnotherCouncilIsAsUnknownAsNothing) {
  const std::string ours = Visit("principal_id: '" + std::string(kPerson) + "'");
  const std::string none = Visit("principal_id: '" + std::string(kNobody) + "'");
  Error error = RefusedSubmission(ours, "nelson-city");
  Error unknown = RefusedSubmission(none, "nelson-city");
  EXPECT_EQ(error.reason, "PRINCIPAL_NOT_FOUND");
  EXPECT_EQ(error.message.replace(error.message.find(kPerson), 36, kNobody), unknown.message);
  EXPECT_EQ(RefusedSubmission(Visit("official_id: '" + std::string(kOfficial) + "'"), "nelson-city")
                .reason,
            "OFFICIAL_NOT_FOUND");
  EXPECT_EQ(RefusedSubmission(
                Visit("office: 'mayor'", "sites { asset_id: '" + std::string(kAsset) + "' }"),
                "nelson-city")
                .reason,
            "ASSET_NOT_FOUND");
}

TEST_F(HandlesTest, AnAmendmentIsLookedAtWhereItAmends) {
  const v1::Record submitted = Submit(kGift);
  const std::string donor = "gift { donor { principal_id: '" + std::string(kNobody) + "' } }";
  const Error error = Refused<v1::AmendRecordResponse>(kMaker, "AmendRecord",
                                                       Amendment(submitted, donor, {"gift.donor"}));
  EXPECT_EQ(error.reason, "PRINCIPAL_NOT_FOUND");
  // Beside the mask nothing is said.
  v1::AmendRecordRequest other = Amendment(submitted, donor, {"gift.description"});
  other.mutable_record()->mutable_gift()->set_description("a canary of gold");
  Ask<v1::AmendRecordResponse>(kMaker, "AmendRecord", other);
}

TEST_F(HandlesTest, AValidationSaysSoToo) {
  v1::SubmitRecordRequest request =
      Submission(Visit("principal_id: '" + std::string(kNobody) + "'"));
  request.set_validate_only(true);
  EXPECT_EQ(Refused<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", request).reason,
            "PRINCIPAL_NOT_FOUND");
}

}  // namespace
}  // namespace twinledger::engagement
