// The registry in process, as clients see it: over mTLS, on an embedded log.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>

#include "tests/integration/registry/registry_server.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/national_register.pb.h"
#include "twinledger/registry/v1/partners.pb.h"
#include "twinledger/registry/v1/relationships.pb.h"

namespace twinledger::registry {
namespace {

using testing::Ask;
using testing::Caller;
using ::testing::ElementsAre;
using testing::kRegistry;
using testing::RegistryServer;
using ::testing::SizeIs;

// UUIDs in order of a counter.
std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }

class RegistryTest : public ::testing::Test {
 protected:
  const Caller& agency() { return server_.As("agency-approver"); }
  std::string NextId() { return Uuid(++ids_); }

  v1::CreateCouncilRequest CouncilRequest(const std::string& id) {
    v1::CreateCouncilRequest request;
    request.set_council_id(id);
    request.mutable_council()->set_display_name("Council of " + id);
    request.mutable_council()->set_kind(v1::COUNCIL_KIND_CITY);
    request.set_request_id(NextId());
    return request;
  }

  v1::CreateCouncilResponse CreateCouncil(const std::string& id) {
    return Ask<v1::CreateCouncilResponse>(agency(), "CreateCouncil", CouncilRequest(id));
  }

  v1::CreatePartnerResponse CreatePartner(const std::string& id, const std::string& name) {
    v1::CreatePartnerRequest request;
    request.set_partner_id(id);
    request.mutable_partner()->set_display_name(name);
    request.mutable_partner()->set_level(v1::PARTNER_LEVEL_MUNICIPAL);
    request.mutable_partner()->set_country("JP");
    request.set_request_id(NextId());
    return Ask<v1::CreatePartnerResponse>(agency(), "CreatePartner", request);
  }

  v1::RecordRelationshipRequest RecordRequest(const std::string& council,
                                              const std::string& partner) {
    v1::RecordRelationshipRequest request;
    request.set_parent("councils/" + council);
    request.set_relationship_id(NextId());
    request.mutable_relationship()->set_partner("partners/" + partner);
    request.mutable_relationship()->set_kind(v1::RELATIONSHIP_KIND_SISTER_CITY);
    request.mutable_relationship()->set_status(v1::RELATIONSHIP_STATUS_ACTIVE);
    request.mutable_relationship()->mutable_since()->set_year(1987);
    request.set_request_id(NextId());
    return request;
  }

  v1::UpdateCouncilRequest SeatRequest(const v1::Council& council, const std::string& seat) {
    v1::UpdateCouncilRequest request;
    request.mutable_council()->set_name(council.name());
    request.mutable_council()->set_seat(seat);
    request.mutable_update_mask()->add_paths("seat");
    request.set_etag(council.etag());
    request.set_request_id(NextId());
    return request;
  }

  v1::UpdateRelationshipRequest OwnerRequest(const v1::Relationship& relationship) {
    v1::GetRelationshipRequest get;
    get.set_name(relationship.name());
    get.mutable_read_options()->set_latest(true);
    const auto now = Ask<v1::GetRelationshipResponse>(agency(), "GetRelationship", get);
    v1::UpdateRelationshipRequest request;
    request.mutable_relationship()->set_name(relationship.name());
    request.mutable_relationship()->set_owner_role("Owner " + std::to_string(ids_));
    request.mutable_update_mask()->add_paths("owner_role");
    request.set_etag(now.relationship().etag());
    request.set_request_id(NextId());
    return request;
  }

  template <class Response, class Request>
  Error Refused(const Caller& caller, const std::string& method, const Request& request) {
    Response response;
    const Result<void> asked = caller.Call(kRegistry + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  RegistryServer server_;
  int ids_ = 0;
};

TEST_F(RegistryTest, ACouncilIsReadAsItWasWritten) {
  const auto created = CreateCouncil("hutt-city");
  EXPECT_EQ(created.council().name(), "councils/hutt-city");
  EXPECT_EQ(created.council().status(), v1::COUNCIL_STATUS_ACTIVE);
  EXPECT_THAT(created.receipt().commit_hash(), SizeIs(64));
  EXPECT_NE(created.receipt().consistency_token(), "");

  v1::GetCouncilRequest get;
  get.set_name("councils/hutt-city");
  get.mutable_read_options()->add_consistency_tokens(created.receipt().consistency_token());
  const auto got = Ask<v1::GetCouncilResponse>(agency(), "GetCouncil", get);
  EXPECT_EQ(got.council().DebugString(), created.council().DebugString());
  EXPECT_GT(got.read_position().positions().positions_size(), 0);
}

TEST_F(RegistryTest, EverythingIsThereAfterARestart) {
  const auto created = CreateCouncil("hutt-city");
  server_.Restart();
  const auto got = Ask<v1::GetCouncilResponse, v1::GetCouncilRequest>(
      agency(), "GetCouncil", R"pb(name: "councils/hutt-city")pb");
  EXPECT_EQ(got.council().DebugString(), created.council().DebugString());
}

TEST_F(RegistryTest, ARepeatedRequestGetsItsFirstAnswerAndAnotherContentIsRefused) {
  v1::CreateCouncilRequest request = CouncilRequest("hutt-city");
  const auto first = Ask<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request);
  const auto again = Ask<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request);
  EXPECT_EQ(again.receipt().position(), first.receipt().position());
  EXPECT_EQ(again.receipt().commit_hash(), first.receipt().commit_hash());
  EXPECT_EQ(again.council().DebugString(), first.council().DebugString());

  request.mutable_council()->set_display_name("Another");
  const Error reused = Refused<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request);
  EXPECT_EQ(reused.code, Code::kAlreadyExists);
  EXPECT_EQ(reused.reason, "REQUEST_ID_REUSED");
}

TEST_F(RegistryTest, AnUpdateNeedsTheCurrentEtag) {
  const v1::Council created = CreateCouncil("hutt-city").council();
  const auto updated =
      Ask<v1::UpdateCouncilResponse>(agency(), "UpdateCouncil", SeatRequest(created, "Petone"));
  EXPECT_EQ(updated.council().seat(), "Petone");
  EXPECT_EQ(updated.council().display_name(), created.display_name());
  EXPECT_NE(updated.council().etag(), created.etag());

  const Error stale =
      Refused<v1::UpdateCouncilResponse>(agency(), "UpdateCouncil", SeatRequest(created, "Naenae"));
  EXPECT_EQ(stale.code, Code::kAborted);
  EXPECT_EQ(stale.reason, "ETAG_MISMATCH");
  EXPECT_EQ(stale.metadata.at("etag"), updated.council().etag());

  const auto unchanged = Ask<v1::UpdateCouncilResponse>(agency(), "UpdateCouncil",
                                                        SeatRequest(updated.council(), "Petone"));
  EXPECT_TRUE(unchanged.receipt().unchanged());
  EXPECT_EQ(unchanged.council().etag(), updated.council().etag());
}

TEST_F(RegistryTest, ValidateOnlySaysWhatWouldBeAndRecordsNothing) {
  v1::CreateCouncilRequest request = CouncilRequest("hutt-city");
  request.set_validate_only(true);
  const auto would_be = Ask<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request);
  EXPECT_TRUE(would_be.receipt().validate_only());
  EXPECT_EQ(would_be.receipt().position(), "");
  EXPECT_EQ(would_be.council().display_name(), "Council of hutt-city");

  v1::GetCouncilRequest get;
  get.set_name("councils/hutt-city");
  EXPECT_EQ(Refused<v1::GetCouncilResponse>(agency(), "GetCouncil", get).code, Code::kNotFound);

  request.set_validate_only(false);  // The same request id was no outcome.
  EXPECT_NE(Ask<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request).receipt().position(),
            "");
}

TEST_F(RegistryTest, EveryWrongFieldIsNamedAtOnce) {
  v1::CreateCouncilRequest request;
  request.set_council_id("Hutt City");
  request.mutable_council()->set_population(-1);
  const Error error = Refused<v1::CreateCouncilResponse>(agency(), "CreateCouncil", request);
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : error.violations) fields.push_back(violation.field);
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre("request_id", "council_id", "council.display_name",
                                              "council.kind", "council.population"));
}

TEST_F(RegistryTest, APastDayIsReadAsItWasKnownThen) {
  const v1::Council created = CreateCouncil("hutt-city").council();
  const auto before = Ask<v1::GetCouncilResponse, v1::GetCouncilRequest>(
      agency(), "GetCouncil", R"pb(name: "councils/hutt-city")pb");
  Ask<v1::UpdateCouncilResponse>(agency(), "UpdateCouncil", SeatRequest(created, "Petone"));

  v1::GetCouncilRequest as_of_time;
  as_of_time.set_name("councils/hutt-city");
  *as_of_time.mutable_read_options()->mutable_as_of()->mutable_time() = created.update_time();
  EXPECT_EQ(Ask<v1::GetCouncilResponse>(agency(), "GetCouncil", as_of_time).council().seat(), "");

  v1::GetCouncilRequest as_of_position;
  as_of_position.set_name("councils/hutt-city");
  *as_of_position.mutable_read_options()->mutable_as_of()->mutable_positions() =
      before.read_position().positions();
  EXPECT_EQ(Ask<v1::GetCouncilResponse>(agency(), "GetCouncil", as_of_position).council().etag(),
            created.etag());
}

TEST_F(RegistryTest, TheFutureCannotBeRead) {
  CreateCouncil("hutt-city");
  v1::GetCouncilRequest request;
  request.set_name("councils/hutt-city");
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(1);
  request.mutable_read_options()->mutable_as_of()->mutable_time()->set_seconds(
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  const Error error = Refused<v1::GetCouncilResponse>(agency(), "GetCouncil", request);
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  ASSERT_EQ(error.violations.size(), 1u);
  EXPECT_EQ(error.violations[0].field, "read_options.as_of.time");
}

TEST_F(RegistryTest, AHistoryShowsWhoChangedWhatWhen) {
  const v1::Council created = CreateCouncil("hutt-city").council();
  const auto updated =
      Ask<v1::UpdateCouncilResponse>(agency(), "UpdateCouncil", SeatRequest(created, "Petone"));
  const auto history = Ask<v1::ListCouncilHistoryResponse, v1::ListCouncilHistoryRequest>(
      agency(), "ListCouncilHistory", R"pb(name: "councils/hutt-city")pb");
  ASSERT_EQ(history.versions_size(), 2);
  const v1::Version& newest = history.versions(0);
  EXPECT_EQ(newest.position(), updated.receipt().position());
  EXPECT_EQ(newest.commit_hash(), updated.receipt().commit_hash());
  EXPECT_EQ(newest.etag(), updated.council().etag());
  EXPECT_EQ(newest.method(), kRegistry + "UpdateCouncil");
  EXPECT_THAT(newest.actor(), ::testing::StartsWith("agency-approver/"));
  ASSERT_EQ(newest.changes_size(), 1);
  EXPECT_EQ(newest.changes(0).path(), "seat");
  EXPECT_FALSE(newest.changes(0).has_before());
  EXPECT_EQ(newest.changes(0).after(), "Petone");
}

TEST_F(RegistryTest, PagesAreOfOneMomentWhateverIsWrittenMeanwhile) {
  for (const std::string id : {"a-city", "c-city", "e-city", "g-city"}) CreateCouncil(id);
  v1::ListCouncilsRequest list;
  list.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = Ask<v1::ListCouncilsResponse>(agency(), "ListCouncils", list);
    for (const v1::Council& council : page.councils()) names.push_back(council.name());
    list.set_page_token(page.next_page_token());
    CreateCouncil("b" + std::to_string(names.size()) + "-city");
  } while (!list.page_token().empty());
  EXPECT_THAT(names, ElementsAre("councils/a-city", "councils/c-city", "councils/e-city",
                                 "councils/g-city"));
}

TEST_F(RegistryTest, PagesInAnyOrderAreTogetherTheWholeListOfTheirMoment) {
  CreatePartner(Uuid(900), "Minoh");
  for (const std::string id : {"b-city", "b", "a-city", "c-city", "b-city-x"}) {
    CreateCouncil(id);
    for (int year = 1; year <= 2; ++year) {
      v1::RecordRelationshipRequest record = RecordRequest(id, Uuid(900));
      record.mutable_relationship()->mutable_since()->set_year(1990 + ids_ * 7 % 10);
      record.mutable_relationship()->set_kind(year == 1 ? v1::RELATIONSHIP_KIND_SISTER_CITY
                                                        : v1::RELATIONSHIP_KIND_OTHER);
      Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record);
    }
  }
  for (const std::string question :
       {R"pb()pb", R"pb(order_by: "name")pb", R"pb(order_by: "name desc")pb",
        R"pb(order_by: "since")pb", R"pb(filter: "kind = OTHER")pb",
        R"pb(filter: "kind = OTHER" order_by: "since desc")pb"}) {
    SCOPED_TRACE(question);
    const auto whole = Ask<v1::ListRelationshipsResponse, v1::ListRelationshipsRequest>(
        agency(), "ListRelationships", R"pb(parent: "councils/-")pb" + question);
    EXPECT_EQ(whole.next_page_token(), "");
    v1::ListRelationshipsRequest list;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(parent: "councils/-" page_size: 3)pb" + (" " + question), &list));
    v1::ListRelationshipsResponse together;
    do {
      const auto page = Ask<v1::ListRelationshipsResponse>(agency(), "ListRelationships", list);
      together.mutable_relationships()->MergeFrom(page.relationships());
      list.set_page_token(page.next_page_token());
      if (together.relationships_size() == 3) {
        const std::string partner = NextId();
        CreatePartner(partner, "Miyazu");
        Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship",
                                            RecordRequest("c-city", partner));
        Ask<v1::UpdateRelationshipResponse>(agency(), "UpdateRelationship",
                                            OwnerRequest(whole.relationships(4)));
      }
    } while (!list.page_token().empty());
    v1::ListRelationshipsResponse expected;
    *expected.mutable_relationships() = whole.relationships();
    EXPECT_EQ(together.DebugString(), expected.DebugString());
  }
}

TEST_F(RegistryTest, PagesOfTheNationalRegisterAreOfOneMomentAndOfTheirCaller) {
  for (const std::string id : {"a-city", "b-city"}) {
    CreateCouncil(id);
    for (int i = 0; i < 4; ++i) {
      const std::string partner = NextId();
      CreatePartner(partner, "Partner " + std::to_string(9 - i));
      Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship",
                                          RecordRequest(id, partner));
    }
  }
  const auto pages = [&](const Caller& caller) {
    std::vector<std::string> names;
    v1::ListNationalRegisterRequest list;
    list.set_page_size(3);
    do {
      const auto page = Ask<v1::ListNationalRegisterResponse>(caller, "ListNationalRegister", list);
      for (const v1::NationalRegisterRow& row : page.rows()) {
        names.push_back(row.council().substr(9, 1) + row.partner_display_name().substr(8));
      }
      list.set_page_token(page.next_page_token());
      const std::string partner = NextId();
      CreatePartner(partner, "Partner 0");
      Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship",
                                          RecordRequest("a-city", partner));
    } while (!list.page_token().empty());
    return names;
  };
  EXPECT_THAT(pages(server_.As("b-city/officer")), ElementsAre("b6", "b7", "b8", "b9"));
  EXPECT_THAT(pages(agency()),
              ElementsAre("a0", "a0", "a6", "a7", "a8", "a9", "b6", "b7", "b8", "b9"));
}

TEST_F(RegistryTest, ARelationshipGoesThroughItsLifeCycle) {
  CreateCouncil("hutt-city");
  CreatePartner(Uuid(900), "Minoh");
  const Caller& officer = server_.As("hutt-city/officer");
  const Caller& approver = server_.As("hutt-city/approver");

  v1::ProposeRelationshipRequest propose;
  propose.set_parent("councils/hutt-city");
  propose.set_relationship_id(Uuid(901));
  propose.mutable_relationship()->set_partner("partners/" + Uuid(900));
  propose.mutable_relationship()->set_kind(v1::RELATIONSHIP_KIND_SISTER_CITY);
  propose.set_request_id(NextId());
  v1::Relationship tie =
      Ask<v1::ProposeRelationshipResponse>(officer, "ProposeRelationship", propose).relationship();
  EXPECT_EQ(tie.status(), v1::RELATIONSHIP_STATUS_PROPOSED);

  const auto identify = [&](auto& request) {
    request.set_name(tie.name());
    request.set_etag(tie.etag());
    request.set_request_id(NextId());
  };
  v1::EstablishRelationshipRequest establish;
  establish.mutable_since()->set_year(1995);
  identify(establish);
  EXPECT_EQ(
      Refused<v1::EstablishRelationshipResponse>(officer, "EstablishRelationship", establish).code,
      Code::kPermissionDenied);
  tie = Ask<v1::EstablishRelationshipResponse>(approver, "EstablishRelationship", establish)
            .relationship();

  v1::SuspendRelationshipRequest suspend;
  suspend.set_grounds("review");
  identify(suspend);
  tie =
      Ask<v1::SuspendRelationshipResponse>(approver, "SuspendRelationship", suspend).relationship();
  EXPECT_EQ(tie.suspension_grounds(), "review");

  v1::ResumeRelationshipRequest resume;
  identify(resume);
  tie = Ask<v1::ResumeRelationshipResponse>(approver, "ResumeRelationship", resume).relationship();
  EXPECT_EQ(tie.status(), v1::RELATIONSHIP_STATUS_ACTIVE);

  v1::EndRelationshipRequest end;
  end.mutable_ended()->set_year(2020);
  end.set_end_reason("dormant");
  identify(end);
  tie = Ask<v1::EndRelationshipResponse>(approver, "EndRelationship", end).relationship();
  EXPECT_EQ(tie.status(), v1::RELATIONSHIP_STATUS_ENDED);
  EXPECT_EQ(tie.last_activity().year(), 2020);

  v1::ListRelationshipHistoryRequest history;
  history.set_name(tie.name());
  EXPECT_EQ(Ask<v1::ListRelationshipHistoryResponse>(officer, "ListRelationshipHistory", history)
                .versions_size(),
            5);
}

TEST_F(RegistryTest, ARequestThatCameBeforeItsPartnerMayBeRepeated) {
  CreateCouncil("hutt-city");
  const v1::RecordRelationshipRequest record = RecordRequest("hutt-city", Uuid(900));
  const Error missing =
      Refused<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record);
  EXPECT_EQ(missing.code, Code::kNotFound);
  EXPECT_EQ(missing.reason, "PARTNER_NOT_FOUND");
  CreatePartner(Uuid(900), "Minoh");
  EXPECT_EQ(Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record)
                .relationship()
                .since()
                .year(),
            1987);
}

TEST_F(RegistryTest, ValidateOnlyTellsWhatElseIsWrongBeforeThatThePartnerIsMissing) {
  CreateCouncil("hutt-city");
  v1::RecordRelationshipRequest record = RecordRequest("hutt-city", Uuid(900));
  record.set_validate_only(true);
  EXPECT_EQ(Refused<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record).reason,
            "PARTNER_NOT_FOUND");
  record.mutable_relationship()->mutable_since()->set_year(2199);
  EXPECT_EQ(Refused<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record).reason,
            "DATE_IN_FUTURE");
  record.set_validate_only(false);
  EXPECT_EQ(Refused<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", record).reason,
            "PARTNER_NOT_FOUND");
}

TEST_F(RegistryTest, TheNationalRegisterIsFilteredAndOrdered) {
  CreateCouncil("hutt-city");
  CreateCouncil("nelson-city");
  CreatePartner(Uuid(900), "Minoh");
  CreatePartner(Uuid(901), "Miyazu");
  Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship",
                                      RecordRequest("nelson-city", Uuid(901)));
  v1::RecordRelationshipRequest dormant = RecordRequest("hutt-city", Uuid(900));
  dormant.mutable_relationship()->set_status(v1::RELATIONSHIP_STATUS_DORMANT);
  dormant.mutable_relationship()->clear_since();
  Ask<v1::RecordRelationshipResponse>(agency(), "RecordRelationship", dormant);

  const auto partners = [&](const std::string& request) {
    const auto rows = Ask<v1::ListNationalRegisterResponse, v1::ListNationalRegisterRequest>(
        agency(), "ListNationalRegister", request);
    std::vector<std::string> names;
    for (const v1::NationalRegisterRow& row : rows.rows()) {
      names.push_back(row.partner_display_name());
    }
    return names;
  };
  EXPECT_THAT(partners(""), ElementsAre("Minoh", "Miyazu"));
  EXPECT_THAT(partners(R"pb(order_by: "since")pb"), ElementsAre("Miyazu", "Minoh"));
  EXPECT_THAT(partners(R"pb(filter: "status = DORMANT")pb"), ElementsAre("Minoh"));
  EXPECT_THAT(partners(R"pb(filter: "country = \"CN\"")pb"), ElementsAre());
}

}  // namespace
}  // namespace twinledger::registry
