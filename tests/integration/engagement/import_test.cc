// Records sent as rows of one stream: each is answered by itself, and as its own call would be.
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "platform/rpc/errors.h"
#include "tests/integration/engagement/engagement_server.h"
#include "twinledger/engagement/v1/import_records.pb.h"

namespace twinledger::engagement {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::TwoWayCall;
using ::testing::UnorderedElementsAre;

using Answers = std::map<std::uint64_t, v1::ImportRecordsResponse>;  // By row.

class ImportTest : public EngagementTest {
 protected:
  std::unique_ptr<TwoWayCall> Open(const std::string& account = kMaker,
                                   std::chrono::milliseconds time = std::chrono::seconds(120)) {
    return server_.As(account).Open(kEngagement + "ImportRecords", time);
  }

  static v1::ImportRecordsRequest RowOf(const v1::SubmitRecordRequest& submission) {
    v1::ImportRecordsRequest row;
    *row.mutable_submit() = submission;
    return row;
  }
  v1::ImportRecordsRequest NewRow() { return RowOf(Submission(kGift)); }

  static Answers ReadAll(TwoWayCall& call) {
    Answers answers;
    for (v1::ImportRecordsResponse answer; call.Receive(answer); answer.Clear()) {
      EXPECT_TRUE(answers.emplace(answer.row(), answer).second) << answer.row() << " twice";
    }
    return answers;
  }
  // Sends the rows, closes, and expects that the stream ends well.
  Answers Import(const std::vector<v1::ImportRecordsRequest>& rows,
                 const std::string& account = kMaker) {
    const auto call = Open(account);
    for (const auto& row : rows) EXPECT_TRUE(call->Send(row));
    call->SendNoMore();
    Answers answers = ReadAll(*call);
    const Result<void> ended = call->Finish();
    EXPECT_TRUE(ended.ok()) << (ended.ok() ? "" : ended.error().message);
    EXPECT_THAT(answers, SizeIs(rows.size()));
    return answers;
  }
  static Error RefusalOf(const Answers& answers, std::uint64_t row) {
    const auto found = answers.find(row);
    if (found == answers.end() || !found->second.has_refused()) {
      ADD_FAILURE() << "row " << row << " was not refused";
      return {};
    }
    return rpc::FromRpcStatus(found->second.refused());
  }

  std::set<std::string> NamesOf(const std::string& council) {
    v1::ListRecordsRequest request;
    request.set_parent("councils/" + council);
    request.set_page_size(1000);
    request.mutable_read_options()->set_latest(true);
    std::set<std::string> names;
    const auto listed = Ask<v1::ListRecordsResponse>("agency-approver", "ListRecords", request);
    for (const v1::Record& record : listed.records()) names.insert(record.name());
    return names;
  }
};

TEST_F(ImportTest, EveryRowIsRecordedAsItsOwnCallWouldRecordIt) {
  std::vector<v1::ImportRecordsRequest> rows;
  for (int i = 0; i < 300; ++i) rows.push_back(NewRow());  // More than are in flight.
  const Answers answers = Import(rows);
  ASSERT_THAT(NamesOf("hutt-city"), SizeIs(300));
  const v1::RecordedRow& first = answers.at(1).recorded();
  const v1::Record kept = Get(kMaker, "councils/hutt-city/records/" + rows[0].submit().record_id());
  EXPECT_EQ(kept.gift().description(), "a canary of jade");
  EXPECT_EQ(kept.etag(), first.etag());
  EXPECT_THAT(first.receipt().position(), HasSubstr("engagement/"));
  EXPECT_FALSE(first.receipt().unchanged());
  v1::GetRecordRequest after;
  after.set_name("councils/hutt-city/records/" + rows[299].submit().record_id());
  after.mutable_read_options()->add_consistency_tokens(
      answers.at(300).recorded().receipt().consistency_token());
  EXPECT_EQ(Ask<v1::GetRecordResponse>(kMaker, "GetRecord", after).record().etag(),
            answers.at(300).recorded().etag());
  const auto version = NewestVersion(kMaker, kept.name());
  EXPECT_EQ(version.method(), "twinledger.engagement.v1.EngagementService/SubmitRecord");
}

// In one chunk, and each sealed by itself: the first is recorded.
TEST_F(ImportTest, OfTwoRowsOfOneRecordTheSecondIsToldThatItIsThere) {
  const v1::ImportRecordsRequest first = NewRow();
  v1::ImportRecordsRequest second = first;
  second.mutable_submit()->set_request_id(NextId());
  const Answers answers = Import({first, second});
  EXPECT_TRUE(answers.at(1).has_recorded()) << answers.at(1).ShortDebugString();
  EXPECT_EQ(RefusalOf(answers, 2).reason, "RECORD_EXISTS");
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(1));
}

TEST_F(ImportTest, ARowNamesWhoWasRegisteredAMomentAgo) {
  const v1::Record gift = Submit(kGift);
  const auto call = Open();
  std::optional<Held> held(*this);
  const std::string other = NextId();
  RegisterPrincipal("agency-approver", other, "ORGANISATION");
  v1::ImportRecordsRequest amendment;
  *amendment.mutable_amend() =
      Amendment(gift, "gift { donor { principal_id: '" + other + "' } }", {"gift.donor"});
  ASSERT_TRUE(call->Send(amendment));
  for (int i = 0; i < 20; ++i) {
    const std::string donor = NextId();
    RegisterPrincipal("agency-approver", donor, "ORGANISATION");
    ASSERT_TRUE(call->Send(RowOf(Submission(GiftFrom(donor)))));
  }
  call->SendNoMore();
  held.reset();
  for (const auto& [row, answer] : ReadAll(*call)) {
    EXPECT_TRUE(answer.has_recorded()) << answer.ShortDebugString();
  }
  EXPECT_TRUE(call->Finish().ok());
}

TEST_F(ImportTest, ARowAmendsAndSeesTheRowsBeforeIt) {
  const v1::Record submitted = Submit(kGift);
  v1::ImportRecordsRequest amend;
  *amend.mutable_amend() =
      Amendment(submitted, "gift { description: 'a canary of gold' }", {"gift.description"});
  v1::ImportRecordsRequest travel = RowOf(Submission(
      "travel { traveller { office: 'mayor' } purpose: 'fair' depart_on { year: 2026 month: 3 } "
      "}"));
  const v1::ImportRecordsRequest device = RowOf(
      Submission("occur_date { year: 2026 month: 3 } device { device_ref: 'L-1' device_class: "
                 "DEVICE_CLASS_LOAN travel_record_id: '" +
                 travel.submit().record_id() + "' }"));
  const Answers answers = Import({amend, travel, device});
  for (const auto& [row, answer] : answers) {
    EXPECT_TRUE(answer.has_recorded()) << answer.ShortDebugString();
  }
  const v1::Record amended = Get(kMaker, submitted.name());
  EXPECT_EQ(amended.gift().description(), "a canary of gold");
  EXPECT_EQ(amended.etag(), answers.at(1).recorded().etag());
}

TEST_F(ImportTest, ARowIsRefusedAloneWithAllThatIsWrong) {
  v1::ImportRecordsRequest wrong = NewRow();
  wrong.mutable_submit()->set_request_id("mine");
  wrong.mutable_submit()->mutable_record()->mutable_gift()->mutable_value()->set_currency("euro");
  v1::ImportRecordsRequest late = NewRow();
  late.mutable_submit()->mutable_record()->mutable_gift()->mutable_offered_on()->set_year(2099);
  v1::ImportRecordsRequest stranger = NewRow();
  stranger.mutable_submit()->mutable_record()->mutable_gift()->mutable_donor()->set_principal_id(
      kPartner);
  const v1::ImportRecordsRequest others = RowOf(Submission(kGift, "nelson-city"));
  const Answers answers =
      Import({NewRow(), wrong, late, stranger, others, v1::ImportRecordsRequest(), NewRow()});
  std::vector<std::string> fields;
  for (const auto& violation : RefusalOf(answers, 2).violations) fields.push_back(violation.field);
  EXPECT_THAT(fields, UnorderedElementsAre("request_id", "record.gift.value.currency"));
  EXPECT_EQ(RefusalOf(answers, 3).reason, "DATE_IN_FUTURE");
  EXPECT_EQ(RefusalOf(answers, 4).reason, "PRINCIPAL_NOT_FOUND");
  EXPECT_EQ(RefusalOf(answers, 5).code, Code::kPermissionDenied);
  EXPECT_EQ(RefusalOf(answers, 6).violations.front().field, "write");
  EXPECT_TRUE(answers.at(1).has_recorded());
  EXPECT_TRUE(answers.at(7).has_recorded());
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(2));
  EXPECT_THAT(NamesOf("nelson-city"), SizeIs(0));
}

TEST_F(ImportTest, ARowThatCannotBeParsedIsRefusedAlone) {
  const auto call = Open();
  ASSERT_TRUE(call->Send(NewRow()));
  ASSERT_TRUE(call->SendBytes("\xff\xff no row"));
  ASSERT_TRUE(call->Send(NewRow()));
  call->SendNoMore();
  const Answers answers = ReadAll(*call);
  EXPECT_TRUE(call->Finish().ok());
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_EQ(RefusalOf(answers, 2).reason, "MESSAGE_UNREADABLE");
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(2));
}

// The bound of a request, and one past it.
TEST_F(ImportTest, ARowOfTooManyBytesIsRefusedAlone) {
  constexpr std::size_t kBytesMax = 256 * 1024;
  const auto of_size = [&](std::size_t bytes) {
    v1::SubmitRecordRequest request = Submission(kGift);
    std::string& text = *request.mutable_record()->mutable_published_url();
    text = std::string(bytes - request.ByteSizeLong() - 100, 'x');
    text += std::string(bytes - request.ByteSizeLong(), 'x');
    EXPECT_EQ(request.ByteSizeLong(), bytes);
    return RowOf(request);
  };
  const Answers answers = Import({of_size(kBytesMax), of_size(kBytesMax + 1), NewRow()});
  EXPECT_EQ(RefusalOf(answers, 1).violations.front().field, "record.published_url");
  EXPECT_EQ(RefusalOf(answers, 2).reason, "REQUEST_TOO_LARGE");
  EXPECT_TRUE(answers.at(3).has_recorded());
}

TEST_F(ImportTest, TheSameRowGetsTheFirstAnswerHoweverItIsSent) {
  const v1::SubmitRecordRequest submission = Submission(kGift);
  const Answers answers = Import({RowOf(submission), RowOf(submission)});
  const rpc::v1::Receipt& first = answers.at(1).recorded().receipt();
  EXPECT_EQ(answers.at(2).recorded().receipt().position(), first.position());
  EXPECT_EQ(Import({RowOf(submission)}).at(1).recorded().SerializeAsString(),
            answers.at(1).recorded().SerializeAsString());
  const auto called = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", submission);
  EXPECT_EQ(called.receipt().SerializeAsString(), first.SerializeAsString());
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(1));

  v1::SubmitRecordRequest other = submission;
  other.mutable_record()->mutable_gift()->mutable_value()->set_cents(1);
  EXPECT_EQ(RefusalOf(Import({RowOf(other)}), 1).reason, "REQUEST_ID_REUSED");
  other.set_request_id(NextId());
  EXPECT_EQ(RefusalOf(Import({RowOf(other)}), 1).reason, "RECORD_EXISTS");
}

TEST_F(ImportTest, AnUnchangedRowAndOneThatOnlyValidatesAreToldSo) {
  const v1::SubmitRecordRequest submission = Submission(kGift);
  v1::SubmitRecordRequest again = submission;
  again.set_request_id(NextId());
  v1::ImportRecordsRequest tried = NewRow();
  tried.mutable_submit()->set_validate_only(true);
  const Answers first = Import({RowOf(submission)});
  const Answers answers = Import({RowOf(again), tried});
  EXPECT_TRUE(answers.at(1).recorded().receipt().unchanged());
  EXPECT_EQ(answers.at(1).recorded().etag(), first.at(1).recorded().etag());
  EXPECT_TRUE(answers.at(2).recorded().receipt().validate_only());
  EXPECT_EQ(answers.at(2).recorded().receipt().position(), "");
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(1));
}

// What was sent before the client went away is recorded or not; sent again, each is there once.
TEST_F(ImportTest, AStreamThatIsCancelledGoesOnAnywhereByTheSameRows) {
  std::vector<v1::ImportRecordsRequest> rows;
  for (int i = 0; i < 200; ++i) rows.push_back(NewRow());
  {
    const auto call = Open();
    for (std::size_t i = 0; i < 150; ++i) ASSERT_TRUE(call->Send(rows[i]));
    v1::ImportRecordsResponse answer;
    ASSERT_TRUE(call->Receive(answer));
    call->Cancel();
    while (call->Receive(answer)) {
    }
    EXPECT_EQ(call->Finish().error().code, Code::kCancelled);
  }
  for (const auto& [row, answer] : Import(rows)) {
    EXPECT_TRUE(answer.has_recorded()) << answer.ShortDebugString();
  }
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(200));
}

TEST_F(ImportTest, AStreamEndsAtItsDeadline) {
  EXPECT_TRUE(Import({NewRow()}).at(1).has_recorded());  // There is a connection.
  const auto call = Open(kMaker, std::chrono::seconds(2));
  call->Send(NewRow());
  const Answers answers = ReadAll(*call);  // Until the time is over.
  EXPECT_EQ(call->Finish().error().code, Code::kDeadlineExceeded);
  EXPECT_LE(answers.size(), 1U);
  EXPECT_TRUE(Import({NewRow()}).at(1).has_recorded());
}

TEST_F(ImportTest, AnAccountHasFourStreamsAndNotFive) {
  std::vector<std::unique_ptr<TwoWayCall>> open;
  v1::ImportRecordsResponse answer;
  for (int i = 0; i < 4; ++i) {
    open.push_back(Open());
    ASSERT_TRUE(open.back()->Send(NewRow()));
    ASSERT_TRUE(open.back()->Receive(answer));
  }
  const auto fifth = Open();
  EXPECT_FALSE(fifth->Receive(answer));
  const Error refused = fifth->Finish().error();
  EXPECT_EQ(refused.reason, "TOO_MANY_STREAMS");
  EXPECT_EQ(refused.metadata.at("streams_max"), "4");
  EXPECT_TRUE(refused.retry_after.has_value());
  EXPECT_TRUE(Import({NewRow()}, kChecker).at(1).has_recorded());
  open.front()->SendNoMore();
  EXPECT_FALSE(open.front()->Receive(answer));
  EXPECT_TRUE(open.front()->Finish().ok());
  EXPECT_TRUE(Import({NewRow()}).at(1).has_recorded());
}

TEST_F(ImportTest, WhoMayNotImportIsToldSoAtOnce) {
  const auto call = Open("agency-approver");
  v1::ImportRecordsResponse answer;
  EXPECT_FALSE(call->Receive(answer));
  EXPECT_EQ(call->Finish().error().reason, "NOT_PERMITTED");
}

// A server that stops answers what it has taken; all the rest is told or left to be sent again.
TEST_F(ImportTest, AServerThatStopsEndsTheStreamAndLosesNothing) {
  std::vector<v1::ImportRecordsRequest> rows;
  for (int i = 0; i < 200; ++i) rows.push_back(NewRow());
  const auto call = Open();
  for (const auto& row : rows) ASSERT_TRUE(call->Send(row));
  v1::ImportRecordsResponse first;
  ASSERT_TRUE(call->Receive(first));
  Answers answers;
  Error end;
  std::thread reader([&] {
    answers = ReadAll(*call);
    if (const Result<void> ended = call->Finish(); !ended) end = ended.error();
  });
  server_.Restart();
  reader.join();
  EXPECT_EQ(end.code, Code::kUnavailable);
  EXPECT_EQ(end.reason, "STOPPING");
  answers.emplace(first.row(), first);
  std::set<std::string> recorded;
  for (const auto& [row, answer] : answers) {
    if (answer.has_recorded()) {
      recorded.insert("councils/hutt-city/records/" + rows[row - 1].submit().record_id());
    } else {
      EXPECT_EQ(rpc::FromRpcStatus(answer.unanswered()).code, Code::kUnavailable);
    }
  }
  const std::set<std::string> there = NamesOf("hutt-city");
  EXPECT_TRUE(std::ranges::includes(there, recorded));
  for (const auto& [row, answer] : Import(rows)) {
    EXPECT_TRUE(answer.has_recorded()) << answer.ShortDebugString();
    if (!answers.contains(row) || !answers.at(row).has_recorded()) continue;
    EXPECT_EQ(answer.recorded().receipt().position(),
              answers.at(row).recorded().receipt().position());
  }
  EXPECT_THAT(NamesOf("hutt-city"), SizeIs(200));
}

}  // namespace
}  // namespace twinledger::engagement
