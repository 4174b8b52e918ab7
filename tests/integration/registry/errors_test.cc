// Whatever is wrong, every method of the service answers with ErrorInfo. The methods are read off
// the descriptor, so that a new one is asked too.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>

#include "tests/integration/registry/registry_server.h"
#include "twinledger/registry/v1/registry_service.pb.h"

namespace twinledger::registry {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::Caller;
using testing::RegistryServer;

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

class ErrorsTest : public ::testing::Test {
 protected:
  static const google::protobuf::ServiceDescriptor* Service() {
    return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        "twinledger.registry.v1.RegistryService");
  }

  static Result<void> Call(const Caller& caller, const MethodDescriptor* method,
                           const Message& request) {
    const std::unique_ptr<Message> response = NewMessage(method->output_type());
    return caller.Call(method->service()->full_name() + "/" + method->name(), request, *response);
  }

  RegistryServer server_;
};

TEST_F(ErrorsTest, EveryMethodTellsARoleThatMayNotCallItSo) {
  ASSERT_NE(Service(), nullptr);
  for (int i = 0; i < Service()->method_count(); ++i) {
    const MethodDescriptor* method = Service()->method(i);
    SCOPED_TRACE(method->name());
    const Result<void> called =
        Call(server_.As("operator"), method, *NewMessage(method->input_type()));
    ASSERT_FALSE(called.ok());
    EXPECT_EQ(called.error().code, Code::kPermissionDenied);
    EXPECT_EQ(called.error().reason, "NOT_PERMITTED");
    EXPECT_EQ(called.error().metadata.at("role"), "operator");
  }
}

// A page token for lists, an empty message for the rest: wrong for every method.
TEST_F(ErrorsTest, EveryMethodNamesWhatIsWrongWithARequest) {
  for (int i = 0; i < Service()->method_count(); ++i) {
    const MethodDescriptor* method = Service()->method(i);
    SCOPED_TRACE(method->name());
    const std::unique_ptr<Message> request = NewMessage(method->input_type());
    const auto* token = method->input_type()->FindFieldByName("page_token");
    if (token != nullptr) request->GetReflection()->SetString(request.get(), token, "no token");
    const Result<void> called = Call(server_.As("agency-approver"), method, *request);
    ASSERT_FALSE(called.ok());
    EXPECT_EQ(called.error().code, Code::kInvalidArgument);
    EXPECT_THAT(called.error().reason, ::testing::AnyOf("INVALID_REQUEST", "BAD_PAGE_TOKEN"));
    EXPECT_NE(called.error().message, "");
  }
}

TEST_F(ErrorsTest, AMessageThatCannotBeParsedIsToldWithAReason) {
  // A field of a message where the contract has a text, with bytes that are no UTF-8.
  v1::GetCouncilRequest request;
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(1, "\xFF\xFE");
  v1::GetCouncilResponse response;
  const Result<void> called =
      server_.As("agency-approver").Call(testing::kRegistry + "GetCouncil", request, response);
  ASSERT_FALSE(called.ok());
  EXPECT_EQ(called.error().code, Code::kInvalidArgument);
  EXPECT_EQ(called.error().reason, "MESSAGE_UNREADABLE");
}

}  // namespace
}  // namespace twinledger::registry
