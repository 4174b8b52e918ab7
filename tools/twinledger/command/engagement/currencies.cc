#include "twinledger/command/engagement/currencies.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

namespace twinledger::client {
namespace {

using engagement::v1::Money;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr const char* kDefault = "NZD";

void FillMoney(const Money* before, Money& money) {
  if (!money.currency().empty()) return;
  const bool was = before != nullptr && !before->currency().empty();
  money.set_currency(was ? before->currency() : kDefault);
}

// `before` is of the same type, or null.
void Fill(const Message* before, Message& message) {
  if (message.GetDescriptor() == Money::descriptor()) {
    return FillMoney(static_cast<const Money*>(before), static_cast<Money&>(message));
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* const field : set) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      const bool was = before != nullptr && reflection.HasField(*before, field);
      Fill(was ? &reflection.GetMessage(*before, field) : nullptr,
           *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Fill(nullptr, *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

}  // namespace

void FillCurrencies(const engagement::v1::Record& before, engagement::v1::Record& record) {
  Fill(&before, record);
}

}  // namespace twinledger::client
