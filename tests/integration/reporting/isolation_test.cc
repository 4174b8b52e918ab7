// What a council may learn of the others by reports: nothing. And what anybody may learn of people
// by them: offices and handles.
#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/integration/reporting/reporting_server.h"

namespace twinledger::reporting {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReportingIsolationTest : public ReportingTest {
 protected:
  // Everything that the council's officer can read. Positions count the commits of all and are left
  // out: they say how much is written, not what.
  std::string AllThatIsSeenBy(const std::string& account) {
    const std::string council = account.substr(0, account.find('/'));
    v1::ListTimelineResponse timeline = Timeline(account, council);
    timeline.clear_read_position();
    std::string seen = timeline.DebugString();
    for (const std::string& parent : {std::string("councils/-"), "councils/" + council}) {
      v1::ListGiftRegisterResponse gifts = Gifts(account, "parent: '" + parent + "'");
      gifts.clear_read_position();
      seen += gifts.DebugString();
      v1::GetOverviewResponse overview =
          Overview(account, "explain: true parent: '" + parent + "'");
      overview.clear_read_position();
      v1::ListWorkQueueResponse queue =
          WorkQueue(account, "explain: true parent: '" + parent + "'");
      queue.clear_read_position();
      seen += overview.DebugString() + queue.DebugString();
    }
    v1::GetScorecardResponse card = Scorecard(account, council, "explain: true");
    card.clear_read_position();
    return seen + card.DebugString();
  }
};

TEST_F(ReportingIsolationTest, ACouncilsAnswersAreTheSameWhateverOthersHold) {
  const std::string under = "relationship: '" + RelationshipOf("hutt-city") + "'";
  Submit(Gift(1, "", under));
  const std::string alone = AllThatIsSeenBy(kOfficer);
  Submit(Gift(2, "",
              "release_class: RELEASE_CLASS_AGENCY relationship: '" +
                  RelationshipOf("nelson-city") + "'"),
         "nelson-city/officer/maker");
  EXPECT_EQ(AllThatIsSeenBy(kOfficer), alone);
}

TEST_F(ReportingIsolationTest, AnothersIsAnsweredAsWhatDoesNotExist) {
  const auto told = [&](const std::string& council) {
    v1::ListTimelineRequest timeline;
    timeline.set_name(RelationshipOf(council));
    v1::ListGiftRegisterRequest gifts;
    gifts.set_parent("councils/" + council);
    v1::GetOverviewRequest overview;
    overview.set_parent("councils/" + council);
    v1::ListWorkQueueRequest queue;
    queue.set_parent("councils/" + council);
    v1::GetScorecardRequest card;
    card.set_name("councils/" + council);
    std::string answers;
    for (const Error& error :
         {Refused<v1::ListTimelineResponse>(kOfficer, "ListTimeline", timeline),
          Refused<v1::GetOverviewResponse>(kOfficer, "GetOverview", overview),
          Refused<v1::ListWorkQueueResponse>(kOfficer, "ListWorkQueue", queue),
          Refused<v1::GetScorecardResponse>(kOfficer, "GetScorecard", card),
          Refused<v1::ListGiftRegisterResponse>(kOfficer, "ListGiftRegister", gifts)}) {
      EXPECT_EQ(error.code, Code::kNotFound);
      answers += error.reason + " " + error.message + "\n";
    }
    return answers;
  };
  std::string existing = told("nelson-city");
  for (std::size_t at; (at = existing.find("nelson")) != std::string::npos;) {
    existing.replace(at, 6, "nowher");
  }
  EXPECT_EQ(existing, told("nowher-city"));
}

TEST_F(ReportingIsolationTest, AFilterReachesNothingOfTheOthers) {
  Submit(Gift(1), "nelson-city/officer/maker");
  const std::string filter = "filter: 'council = \"councils/nelson-city\"'";
  EXPECT_THAT(Gifts(kOfficer, filter).rows(), IsEmpty());
  EXPECT_THAT(WorkQueue(kOfficer, filter).relationships(), IsEmpty());
  EXPECT_EQ(Gifts(kAgency, filter).rows_size(), 1);
}

TEST_F(ReportingIsolationTest, NoTextAndNoNameOfAPersonIsInAnyAnswerOrRow) {
  Submit(Gift(1, "", "relationship: '" + RelationshipOf("hutt-city") + "'"));
  Submit("occur_date { year: 2026 } relationship: '" + RelationshipOf("hutt-city") +
         "' hospitality { host { principal_id: '" + kPerson +
         "' } guests { office: 'mayor' } kind: HOSPITALITY_KIND_MEAL place: 'Canary Wharf' }");
  for (const std::string& account : {kOfficer, kAgency, std::string("auditor")}) {
    const std::string seen = Timeline(account, "hutt-city").DebugString() +
                             Gifts(account).DebugString() +
                             Overview(account, "explain: true").DebugString() +
                             WorkQueue(account, "explain: true").DebugString() +
                             Scorecard(account, "hutt-city", "explain: true").DebugString();
    EXPECT_THAT(seen, HasSubstr("mayor"));
    EXPECT_THAT(seen, Not(HasSubstr("anary"))) << account;
  }
  std::string kept;
  const std::filesystem::path folder = server_.data_dir() / "projections" / "reporting";
  server_.Restart();  // So that what was in memory is in files.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    kept.append(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_THAT(kept, Not(HasSubstr("anary")));
}

TEST_F(ReportingIsolationTest, WhoeverMakesTheRulesSeesNoScores) {
  v1::GetOverviewRequest overview;
  overview.set_parent("councils/-");
  EXPECT_EQ(Refused<v1::GetOverviewResponse>("rule-author", "GetOverview", overview).reason,
            "NOT_PERMITTED");
  EXPECT_EQ(
      Refused<v1::ListWorkQueueResponse>("rule-author", "ListWorkQueue", v1::ListWorkQueueRequest())
          .reason,
      "NOT_PERMITTED");
  EXPECT_EQ(
      Refused<v1::GetScorecardResponse>("rule-author", "GetScorecard", v1::GetScorecardRequest())
          .reason,
      "NOT_PERMITTED");
}

// The methods are read off the descriptor, so that a new one is asked too.
TEST_F(ReportingIsolationTest, EveryMethodRefusesARoleThatMayNotAndNamesWhatIsWrong) {
  const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "twinledger.reporting.v1.ReportingService");
  ASSERT_NE(service, nullptr);
  const auto make = [](const google::protobuf::Descriptor* type) {
    return std::unique_ptr<Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  };
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor* method = service->method(i);
    SCOPED_TRACE(method->name());
    const auto request = make(method->input_type());
    const auto response = make(method->output_type());
    const Result<void> operators =
        server_.As("operator").Call(kReporting + method->name(), *request, *response);
    ASSERT_FALSE(operators.ok());
    EXPECT_EQ(operators.error().reason, "NOT_PERMITTED");
  }
  v1::ListTimelineRequest nameless;
  EXPECT_EQ(Refused<v1::ListTimelineResponse>(kAgency, "ListTimeline", nameless).reason,
            "INVALID_REQUEST");
}

}  // namespace
}  // namespace twinledger::reporting
