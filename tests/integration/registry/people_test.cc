// Officials and principals, as clients see them: names come back to those who may read them.
#include <absl/strings/substitute.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/integration/registry/registry_server.h"
#include "twinledger/registry/v1/councils.pb.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/principals.pb.h"

namespace twinledger::registry {
namespace {

using absl::Substitute;
using testing::Ask;
using testing::Caller;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kRegistry;
using ::testing::Not;
using testing::RegistryServer;

class PeopleTest : public ::testing::Test {
 protected:
  PeopleTest() {
    for (const std::string council : {"hutt-city", "nelson-city"}) {
      Ask<v1::CreateCouncilResponse, v1::CreateCouncilRequest>(
          agency(), "CreateCouncil",
          Substitute(R"pb(council_id: "$0"
                          council { display_name: "Council of $0" kind: COUNCIL_KIND_CITY }
                          request_id: "$1")pb",
                     council, NextId()));
    }
  }

  const Caller& agency() { return server_.As("agency-approver"); }
  const Caller& hutt() { return server_.As("hutt-city/officer"); }
  const Caller& nelson() { return server_.As("nelson-city/officer"); }
  std::string NextId() { return fmt::format("00000000-0000-4000-8000-{:012}", ++ids_); }

  template <class Response, class Request>
  Error Refused(const Caller& caller, const std::string& method, const std::string& text) {
    Request request;
    Response response;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    const Result<void> asked = caller.Call(kRegistry + method, request, response);
    EXPECT_FALSE(asked.ok()) << response.ShortDebugString();
    return asked.ok() ? Error{} : asked.error();
  }

  // Of Hutt, called Ada Canary.
  std::string MayorRequest(const std::string& id, const std::string& request_id,
                           const std::string& name = "Ada Canary") {
    return Substitute(R"pb(parent: "councils/hutt-city"
                           official_id: "$0"
                           official {
                             display_name: "$2"
                             office: "Mayor"
                             since { year: 2022 }
                           }
                           request_id: "$1")pb",
                      id, request_id, name);
  }
  v1::CreateOfficialResponse CreateMayor(const std::string& request) {
    return Ask<v1::CreateOfficialResponse, v1::CreateOfficialRequest>(hutt(), "CreateOfficial",
                                                                      request);
  }
  v1::Official Update(const v1::Official& official, const std::string& fields,
                      const std::string& path) {
    return Ask<v1::UpdateOfficialResponse, v1::UpdateOfficialRequest>(
               hutt(), "UpdateOfficial",
               Substitute(R"pb(official { name: "$0" $1 }
                               update_mask { paths: "$2" }
                               etag: "$3"
                               request_id: "$4")pb",
                          official.name(), fields, path, official.etag(), NextId()))
        .official();
  }
  v1::Official GetOfficial(const Caller& caller, const std::string& name) {
    return Ask<v1::GetOfficialResponse, v1::GetOfficialRequest>(
               caller, "GetOfficial", "name: \"" + name + "\" read_options { latest: true }")
        .official();
  }

  std::string PrincipalRequest(const std::string& id, const std::string& request_id,
                               const std::string& fields) {
    return Substitute(R"pb(principal_id: "$0"
                           principal { $1 }
                           request_id: "$2")pb",
                      id, fields, request_id);
  }
  v1::Principal CreatePrincipal(const Caller& caller, const std::string& fields) {
    return Ask<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
               caller, "CreatePrincipal", PrincipalRequest(NextId(), NextId(), fields))
        .principal();
  }
  v1::Principal GetPrincipal(const Caller& caller, const std::string& name) {
    return Ask<v1::GetPrincipalResponse, v1::GetPrincipalRequest>(
               caller, "GetPrincipal", "name: \"" + name + "\" read_options { latest: true }")
        .principal();
  }
  std::vector<std::string> ListedNames(const Caller& caller, const std::string& options = "") {
    const auto answer = Ask<v1::ListPrincipalsResponse, v1::ListPrincipalsRequest>(
        caller, "ListPrincipals", options + " read_options { latest: true }");
    std::vector<std::string> names;
    for (const v1::Principal& principal : answer.principals()) {
      names.push_back(principal.display_name());
    }
    return names;
  }
  std::string MergeRequest(const v1::Principal& principal, const std::string& into) {
    return Substitute(R"pb(name: "$0" etag: "$1" into: "$2" request_id: "$3")pb", principal.name(),
                      principal.etag(), into, NextId());
  }
  v1::Principal Merge(const v1::Principal& principal, const std::string& into) {
    return Ask<v1::MergePrincipalResponse, v1::MergePrincipalRequest>(agency(), "MergePrincipal",
                                                                      MergeRequest(principal, into))
        .principal();
  }

  RegistryServer server_;
  int ids_ = 0;
};

const std::string kHarbour =
    R"pb(kind: PRINCIPAL_KIND_ORGANISATION
         display_name: "Harbour Example Ltd"
         aliases: "HEL"
         role: "port operator")pb";
const std::string kBrook =
    R"pb(kind: PRINCIPAL_KIND_PERSON
         display_name: "Lee Brook"
         aliases: "L. Brook"
         aliases: "Brooky"
         role: "trade attache")pb";

TEST_F(PeopleTest, AnOfficialsNameIsReadByItsCouncilAndTheAgencyAlone) {
  const auto created = CreateMayor(MayorRequest(NextId(), NextId()));
  const std::string name = created.official().name();
  EXPECT_EQ(created.official().display_name(), "Ada Canary");
  EXPECT_EQ(created.official().display_name_state(), v1::SEALED_STATE_SHOWN);
  for (const char* const account : {"hutt-city/officer", "agency-analyst"}) {
    EXPECT_EQ(GetOfficial(server_.As(account), name).DebugString(),
              created.official().DebugString());
  }
  const v1::Official withheld = GetOfficial(server_.As("auditor"), name);
  EXPECT_EQ(withheld.display_name(), "");
  EXPECT_EQ(withheld.display_name_state(), v1::SEALED_STATE_WITHHELD);
  EXPECT_EQ(withheld.office(), "Mayor");
}

TEST_F(PeopleTest, WhereNobodyIsNamedTheOfficeStandsAlone) {
  const auto created = CreateMayor(MayorRequest(NextId(), NextId(), ""));
  EXPECT_EQ(created.official().display_name_state(), v1::SEALED_STATE_UNSPECIFIED);
  EXPECT_EQ(created.official().office(), "Mayor");
}

// Though every sealing has other bytes.
TEST_F(PeopleTest, ARepeatedRequestGetsItsFirstAnswerAndAnotherNameIsRefused) {
  const std::string id = NextId();
  const std::string request_id = NextId();
  const auto first = CreateMayor(MayorRequest(id, request_id));
  const auto again = CreateMayor(MayorRequest(id, request_id));
  EXPECT_EQ(again.receipt().commit_hash(), first.receipt().commit_hash());
  EXPECT_EQ(again.official().DebugString(), first.official().DebugString());
  const Error reused = Refused<v1::CreateOfficialResponse, v1::CreateOfficialRequest>(
      hutt(), "CreateOfficial", MayorRequest(id, request_id, "Bea Canary"));
  EXPECT_EQ(reused.reason, "REQUEST_ID_REUSED");
  EXPECT_THAT(reused.message, Not(HasSubstr("Canary")));
}

TEST_F(PeopleTest, TheSameNameAgainIsUnchangedAndAnotherIsNot) {
  const std::string id = NextId();
  CreateMayor(MayorRequest(id, NextId()));
  EXPECT_TRUE(CreateMayor(MayorRequest(id, NextId())).receipt().unchanged());
  const Error exists = Refused<v1::CreateOfficialResponse, v1::CreateOfficialRequest>(
      hutt(), "CreateOfficial", MayorRequest(id, NextId(), "Bea Canary"));
  EXPECT_EQ(exists.reason, "OFFICIAL_EXISTS");
  EXPECT_THAT(exists.message, Not(HasSubstr("Canary")));

  v1::Official official = GetOfficial(hutt(), "councils/hutt-city/officials/" + id);
  const std::string etag = official.etag();
  official = Update(official, "display_name: \"Ada Canary\"", "display_name");
  EXPECT_EQ(official.etag(), etag);
  official = Update(official, "display_name: \"Ada Canary-Smith\"", "display_name");
  EXPECT_NE(official.etag(), etag);
  EXPECT_EQ(official.display_name(), "Ada Canary-Smith");
}

TEST_F(PeopleTest, AnAmendedOfficeLeavesTheNameAndAClearedNameTheOffice) {
  v1::Official official = CreateMayor(MayorRequest(NextId(), NextId())).official();
  official = Update(official, "office: \"Councillor\"", "office");
  EXPECT_EQ(official.display_name(), "Ada Canary");
  official = Update(official, "", "display_name");
  EXPECT_EQ(official.display_name(), "");
  EXPECT_EQ(official.display_name_state(), v1::SEALED_STATE_UNSPECIFIED);
  EXPECT_EQ(official.office(), "Councillor");
}

TEST_F(PeopleTest, AnOfficialsHistoryHasNamesForThoseWhoMayReadThem) {
  v1::Official official = CreateMayor(MayorRequest(NextId(), NextId())).official();
  official = Update(official, "display_name: \"Bea Canary\"", "display_name");
  const auto history = [&](const Caller& caller) {
    return Ask<v1::ListOfficialHistoryResponse, v1::ListOfficialHistoryRequest>(
        caller, "ListOfficialHistory",
        "name: \"" + official.name() + "\" read_options { latest: true }");
  };
  const auto told = history(hutt());
  ASSERT_EQ(told.versions_size(), 2);
  ASSERT_EQ(told.versions(0).changes_size(), 1);
  EXPECT_EQ(told.versions(0).changes(0).path(), "display_name");
  EXPECT_EQ(told.versions(0).changes(0).before(), "Ada Canary");
  EXPECT_EQ(told.versions(0).changes(0).after(), "Bea Canary");
  const auto withheld = history(server_.As("auditor"));
  ASSERT_EQ(withheld.versions(0).changes_size(), 1);
  EXPECT_EQ(withheld.versions(0).changes(0).path(), "display_name");
  EXPECT_FALSE(withheld.versions(0).changes(0).has_after());
  EXPECT_THAT(withheld.DebugString(), Not(HasSubstr("Canary")));
}

TEST_F(PeopleTest, AListOfOfficialsShowsNamesAndFiltersByWhatIsInClear) {
  CreateMayor(MayorRequest(NextId(), NextId()));
  CreateMayor(MayorRequest(NextId(), NextId(), "Bea Canary"));
  const auto list = [&](const Caller& caller, const std::string& options) {
    const auto answer =
        Ask<v1::ListOfficialsResponse, v1::ListOfficialsRequest>(caller, "ListOfficials", options);
    std::vector<std::string> names;
    for (const v1::Official& official : answer.officials()) {
      names.push_back(official.display_name());
    }
    return names;
  };
  EXPECT_THAT(list(hutt(), R"pb(parent: "councils/hutt-city" filter: "office = \"Mayor\"")pb"),
              ElementsAre("Ada Canary", "Bea Canary"));
  EXPECT_THAT(list(hutt(), R"pb(parent: "councils/-" order_by: "since desc")pb").size(), 2u);
  EXPECT_THAT(list(nelson(), R"pb(parent: "councils/-")pb"), IsEmpty());
  EXPECT_THAT(list(server_.As("auditor"), R"pb(parent: "councils/-")pb"), ElementsAre("", ""));
  EXPECT_EQ(
      (Refused<v1::ListOfficialsResponse, v1::ListOfficialsRequest>(
           agency(), "ListOfficials", R"pb(parent: "councils/-" filter: "display_name = \"x\"")pb")
           .reason),
      "BAD_FILTER");
}

TEST_F(PeopleTest, ACheckAloneAnswersWithTheNameAndRecordsNothing) {
  const std::string id = NextId();
  const auto checked = CreateMayor(MayorRequest(id, NextId()) + " validate_only: true");
  EXPECT_EQ(checked.official().display_name(), "Ada Canary");
  EXPECT_TRUE(checked.receipt().validate_only());
  EXPECT_EQ((Refused<v1::GetOfficialResponse, v1::GetOfficialRequest>(
                 hutt(), "GetOfficial", "name: \"councils/hutt-city/officials/" + id + "\"")
                 .code),
            Code::kNotFound);
}

TEST_F(PeopleTest, NamesAreThereAfterARestart) {
  const auto created = CreateMayor(MayorRequest(NextId(), NextId()));
  const v1::Principal person = CreatePrincipal(hutt(), kBrook);
  server_.Restart();
  EXPECT_EQ(GetOfficial(hutt(), created.official().name()).display_name(), "Ada Canary");
  EXPECT_EQ(GetPrincipal(hutt(), person.name()).DebugString(), person.DebugString());
}

TEST_F(PeopleTest, OrganisationsAreSharedAndAmendedByTheAgency) {
  const v1::Principal harbour = CreatePrincipal(hutt(), kHarbour);
  EXPECT_EQ(harbour.registrar(), "councils/hutt-city");
  EXPECT_EQ("principals/" + harbour.donor_group_id(), harbour.name());
  const v1::Principal seen = GetPrincipal(nelson(), harbour.name());
  EXPECT_EQ(seen.display_name(), "Harbour Example Ltd");
  EXPECT_EQ(seen.registrar(), "");  // Who deals with it is not told.
  EXPECT_THAT(ListedNames(nelson(), R"pb(filter: "display_name : \"Harbour\"")pb"),
              ElementsAre("Harbour Example Ltd"));

  const std::string amendment = Substitute(R"pb(principal { name: "$0" role: "terminal operator" }
                                                update_mask { paths: "role" }
                                                etag: "$1"
                                                request_id: "$2")pb",
                                           harbour.name(), harbour.etag(), NextId());
  const Error refused = Refused<v1::UpdatePrincipalResponse, v1::UpdatePrincipalRequest>(
      hutt(), "UpdatePrincipal", amendment);
  EXPECT_EQ(refused.code, Code::kPermissionDenied);
  EXPECT_THAT(refused.message, HasSubstr("ask the agency"));
  EXPECT_EQ((Ask<v1::UpdatePrincipalResponse, v1::UpdatePrincipalRequest>(
                 agency(), "UpdatePrincipal", amendment)
                 .principal()
                 .role()),
            "terminal operator");
}

TEST_F(PeopleTest, APersonIsKnownToTheCouncilThatRegisteredItAndToTheAgency) {
  const v1::Principal brook = CreatePrincipal(hutt(), kBrook);
  EXPECT_EQ(brook.display_name(), "Lee Brook");
  EXPECT_THAT(brook.aliases(), ElementsAre("L. Brook", "Brooky"));
  EXPECT_EQ(GetPrincipal(agency(), brook.name()).DebugString(), brook.DebugString());
  EXPECT_THAT(ListedNames(hutt()), ElementsAre("Lee Brook"));
  EXPECT_THAT(ListedNames(nelson()), IsEmpty());
  EXPECT_THAT(ListedNames(server_.As("auditor")), ElementsAre(""));
  const v1::Principal withheld = GetPrincipal(server_.As("auditor"), brook.name());
  EXPECT_EQ(withheld.display_name_state(), v1::SEALED_STATE_WITHHELD);
  EXPECT_EQ(withheld.role(), "");
  EXPECT_EQ(withheld.aliases_size(), 0);

  // As one that does not exist, whatever is asked.
  const std::string absent = "principals/" + NextId();
  const auto told = [&](const std::string& name) {
    std::string answers;
    for (const Error& error :
         {Refused<v1::GetPrincipalResponse, v1::GetPrincipalRequest>(nelson(), "GetPrincipal",
                                                                     "name: \"" + name + "\""),
          Refused<v1::ListPrincipalHistoryResponse, v1::ListPrincipalHistoryRequest>(
              nelson(), "ListPrincipalHistory", "name: \"" + name + "\""),
          Refused<v1::UpdatePrincipalResponse, v1::UpdatePrincipalRequest>(
              nelson(), "UpdatePrincipal",
              Substitute(R"pb(principal { name: "$0" role: "x" }
                              update_mask { paths: "role" }
                              etag: "$1"
                              request_id: "$2")pb",
                         name, brook.etag(), NextId())),
          Refused<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
              nelson(), "CreatePrincipal",
              PrincipalRequest(NextId(), NextId(), kHarbour + " acting_for: \"" + name + "\""))}) {
      EXPECT_EQ(error.code, Code::kNotFound);
      answers += error.reason + " " + error.message + "\n";
    }
    return answers;
  };
  std::string existing = told(brook.name());
  for (std::size_t at; (at = existing.find(brook.name())) != std::string::npos;) {
    existing.replace(at, absent.size(), absent);
  }
  EXPECT_EQ(existing, told(absent));
}

TEST_F(PeopleTest, ACouncilCannotGuessHowAnothersPersonIsCalled) {
  const std::string id = NextId();
  Ask<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
      hutt(), "CreatePrincipal", PrincipalRequest(id, NextId(), kBrook));
  EXPECT_EQ((Refused<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
                 nelson(), "CreatePrincipal", PrincipalRequest(id, NextId(), kBrook))
                 .reason),
            "PRINCIPAL_EXISTS");
  EXPECT_TRUE((Ask<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
                   hutt(), "CreatePrincipal", PrincipalRequest(id, NextId(), kBrook))
                   .receipt()
                   .unchanged()));
}

TEST_F(PeopleTest, ACouncilAmendsThePeopleThatItRegistered) {
  const v1::Principal brook = CreatePrincipal(hutt(), kBrook);
  const auto amended = Ask<v1::UpdatePrincipalResponse, v1::UpdatePrincipalRequest>(
                           hutt(), "UpdatePrincipal",
                           Substitute(R"pb(principal {
                                             name: "$0"
                                             role: "consul"
                                             affiliations {
                                               organisation: "Ministry of Examples"
                                               type: AFFILIATION_TYPE_NATIONAL_GOVERNMENT
                                               declared: TRI_STATE_NO
                                               found_on { year: 2026 month: 5 day: 1 }
                                               confidence: CONFIDENCE_HIGH
                                             }
                                           }
                                           update_mask { paths: "role" paths: "affiliations" }
                                           etag: "$1"
                                           request_id: "$2")pb",
                                      brook.name(), brook.etag(), NextId()))
                           .principal();
  EXPECT_EQ(amended.role(), "consul");
  EXPECT_EQ(amended.display_name(), "Lee Brook");
  EXPECT_EQ(amended.affiliations_size(), 1);
  const auto history = Ask<v1::ListPrincipalHistoryResponse, v1::ListPrincipalHistoryRequest>(
      hutt(), "ListPrincipalHistory",
      "name: \"" + brook.name() + "\" read_options { latest: true }");
  ASSERT_EQ(history.versions_size(), 2);
  ASSERT_EQ(history.versions(0).changes_size(), 2);
  EXPECT_EQ(history.versions(0).changes(0).path(), "role");
  EXPECT_EQ(history.versions(0).changes(0).before(), "trade attache");
}

TEST_F(PeopleTest, TheAgencyAloneSaysWhoIsCountedTogetherAndWhoIsTheSame) {
  const v1::Principal first = CreatePrincipal(hutt(), kHarbour);
  const v1::Principal second = CreatePrincipal(nelson(), kHarbour);
  const std::string group = first.donor_group_id();
  EXPECT_EQ(
      (Refused<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
           hutt(), "CreatePrincipal",
           PrincipalRequest(NextId(), NextId(), kHarbour + " donor_group_id: \"" + group + "\""))
           .reason),
      "NOT_PERMITTED");
  EXPECT_EQ((Refused<v1::MergePrincipalResponse, v1::MergePrincipalRequest>(
                 nelson(), "MergePrincipal", MergeRequest(second, first.name()))
                 .reason),
            "NOT_PERMITTED");
  const auto grouped = Ask<v1::UpdatePrincipalResponse, v1::UpdatePrincipalRequest>(
                           agency(), "UpdatePrincipal",
                           Substitute(R"pb(principal { name: "$0" donor_group_id: "$1" }
                                           update_mask { paths: "donor_group_id" }
                                           etag: "$2"
                                           request_id: "$3")pb",
                                      second.name(), group, second.etag(), NextId()))
                           .principal();
  EXPECT_EQ(grouped.donor_group_id(), group);
  EXPECT_THAT(ListedNames(agency(), "filter: \"donor_group_id = \\\"" + group + "\\\"\""),
              ElementsAre("Harbour Example Ltd", "Harbour Example Ltd"));
}

TEST_F(PeopleTest, MergesAreFollowedToTheirEndAndNeverRunInACircle) {
  const v1::Principal first = CreatePrincipal(hutt(), kHarbour);
  const v1::Principal second = CreatePrincipal(nelson(), kHarbour);
  const v1::Principal third = CreatePrincipal(agency(), kHarbour);
  const v1::Principal merged = Merge(third, second.name());
  EXPECT_EQ(merged.merged_into(), second.name());
  const v1::Principal second_merged = Merge(second, first.name());
  const v1::Principal end = GetPrincipal(agency(), third.name());
  EXPECT_EQ(end.merged_into(), second.name());
  EXPECT_EQ(end.survivor(), first.name());
  EXPECT_EQ((Refused<v1::MergePrincipalResponse, v1::MergePrincipalRequest>(
                 agency(), "MergePrincipal", MergeRequest(first, third.name()))
                 .reason),
            "MERGES_INTO_YOUNGER");
  EXPECT_EQ(Merge(second_merged, "").merged_into(), "");
  EXPECT_EQ(GetPrincipal(agency(), third.name()).survivor(), second.name());
  const v1::Principal person = CreatePrincipal(hutt(), kBrook);
  EXPECT_EQ((Refused<v1::MergePrincipalResponse, v1::MergePrincipalRequest>(
                 agency(), "MergePrincipal", MergeRequest(person, first.name()))
                 .reason),
            "KINDS_DIFFER");
}

TEST_F(PeopleTest, NobodyIsNamedInAnError) {
  const std::string wrong =
      R"pb(kind: PRINCIPAL_KIND_PERSON
           display_name: "Lee\001 Brook"
           aliases: "Brooky\002"
           role: "attache\003"
           organisation: "partners/1")pb";
  const Error error = Refused<v1::CreatePrincipalResponse, v1::CreatePrincipalRequest>(
      hutt(), "CreatePrincipal", PrincipalRequest(NextId(), NextId(), wrong));
  EXPECT_EQ(error.violations.size(), 4u);
  std::string text = error.message;
  for (const FieldViolation& violation : error.violations) text += violation.description;
  EXPECT_THAT(text, Not(HasSubstr("Brook")));
}

}  // namespace
}  // namespace twinledger::registry
