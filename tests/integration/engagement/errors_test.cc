// Whatever is wrong, every method of the service answers with ErrorInfo; and whatever is right,
// with the notice. The methods are read off the descriptor, so that a new one is asked too.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <set>

#include "tests/integration/engagement/engagement_server.h"
#include "twinledger/engagement/v1/import_records.pb.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::HasSubstr;

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

class EngagementErrorsTest : public EngagementTest {
 protected:
  static const google::protobuf::ServiceDescriptor* Service() {
    return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        "twinledger.engagement.v1.EngagementService");
  }

  Result<void> Call(const std::string& account, const MethodDescriptor* method,
                    const Message& request) {
    const std::unique_ptr<Message> response = NewMessage(method->output_type());
    return server_.As(account).Call(kEngagement + method->name(), request, *response);
  }
};

TEST_F(EngagementErrorsTest, EveryMethodTellsARoleThatMayNotCallItSo) {
  ASSERT_NE(Service(), nullptr);
  for (int i = 0; i < Service()->method_count(); ++i) {
    const MethodDescriptor* method = Service()->method(i);
    SCOPED_TRACE(method->name());
    const Result<void> called = Call("operator", method, *NewMessage(method->input_type()));
    ASSERT_FALSE(called.ok());
    EXPECT_EQ(called.error().code, Code::kPermissionDenied);
    EXPECT_EQ(called.error().reason, "NOT_PERMITTED");
    EXPECT_EQ(called.error().metadata.at("role"), "operator");
  }
}

TEST_F(EngagementErrorsTest, EveryMethodNamesWhatIsWrongWithARequest) {
  for (int i = 0; i < Service()->method_count(); ++i) {
    const MethodDescriptor* method = Service()->method(i);
    SCOPED_TRACE(method->name());
    if (method->client_streaming()) continue;  // Of its rows: import_test.cc.
    const Result<void> called = Call(kMaker, method, *NewMessage(method->input_type()));
    ASSERT_FALSE(called.ok());
    EXPECT_EQ(called.error().code, Code::kInvalidArgument);
    EXPECT_EQ(called.error().reason, "INVALID_REQUEST");
    EXPECT_FALSE(called.error().violations.empty());
  }
}

std::string NoticeOf(const Message& response) {
  const auto* field = response.GetDescriptor()->FindFieldByName("notice");
  EXPECT_NE(field, nullptr) << response.GetDescriptor()->full_name();
  return field == nullptr ? "" : response.GetReflection()->GetString(response, field);
}

TEST_F(EngagementErrorsTest, EveryAnswerSaysThatNoticeIsNotApproval) {
  std::set<std::string> asked;
  const auto expect_notice = [&](const Message& response) {
    EXPECT_THAT(NoticeOf(response), HasSubstr("Notice is not approval"));
    asked.insert(response.GetDescriptor()->full_name());
  };
  const auto submitted = Ask<v1::SubmitRecordResponse>(kMaker, "SubmitRecord", Submission(kGift));
  expect_notice(submitted);
  const auto amended = Ask<v1::AmendRecordResponse>(
      kMaker, "AmendRecord", Amendment(submitted.record(), "", {"gift.value"}));
  expect_notice(amended);
  const auto returned = Ask<v1::ReturnRecordResponse>(
      kChecker, "ReturnRecord",
      On<v1::ReturnRecordRequest>(amended.record(), "reason: 'what value?'"));
  expect_notice(returned);
  const auto again = Ask<v1::AmendRecordResponse>(
      kMaker, "AmendRecord",
      Amendment(returned.record(), "gift { value { cents: 7 currency: 'NZD' } }", {"gift.value"}));
  const auto verified = Ask<v1::VerifyRecordResponse>(kChecker, "VerifyRecord",
                                                      On<v1::VerifyRecordRequest>(again.record()));
  expect_notice(verified);
  expect_notice(Ask<v1::RetractRecordResponse>(
      kMaker, "RetractRecord",
      On<v1::RetractRecordRequest>(verified.record(), "reason: 'in error'")));
  v1::GetRecordRequest get;
  get.set_name(submitted.record().name());
  expect_notice(Ask<v1::GetRecordResponse>(kMaker, "GetRecord", get));
  v1::ListRecordHistoryRequest history;
  history.set_name(submitted.record().name());
  expect_notice(Ask<v1::ListRecordHistoryResponse>(kMaker, "ListRecordHistory", history));
  v1::ListRecordsRequest list;
  list.set_parent("councils/hutt-city");
  expect_notice(Ask<v1::ListRecordsResponse>(kMaker, "ListRecords", list));
  const auto rows = server_.As(kMaker).Open(kEngagement + "ImportRecords");
  v1::ImportRecordsRequest row;
  *row.mutable_submit() = Submission(kGift);
  rows->Send(row);
  rows->SendNoMore();
  v1::ImportRecordsResponse told;
  ASSERT_TRUE(rows->Receive(told));
  expect_notice(told);
  for (int i = 0; i < Service()->method_count(); ++i) {
    EXPECT_TRUE(asked.contains(Service()->method(i)->output_type()->full_name()))
        << Service()->method(i)->name();
  }
}

}  // namespace
}  // namespace twinledger::engagement
