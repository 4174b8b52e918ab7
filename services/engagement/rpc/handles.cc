#include "engagement/rpc/handles.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <optional>
#include <string_view>

namespace twinledger::engagement {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Register = Handle::Register;

std::optional<Register> RegisterOf(std::string_view field) {
  if (field == "official_id") return Register::kOfficials;
  if (field == "principal_id") return Register::kPrincipals;
  if (field == "asset_id") return Register::kAssets;
  return std::nullopt;
}

// Of a message within a record, and of those within it.
void Collect(const Message& message, const std::string& path, std::vector<Handle>& handles) {
  std::vector<const FieldDescriptor*> set;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const auto type = field->cpp_type();
    if (type != FieldDescriptor::CPPTYPE_STRING && type != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    const std::string at = path + "." + field->name();
    if (const auto in = RegisterOf(field->name())) {
      handles.push_back({*in, reflection.GetString(message, field), at});
    } else if (field->message_type() != nullptr && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        Collect(reflection.GetRepeatedMessage(message, field, i), fmt::format("{}[{}]", at, i),
                handles);
      }
    } else if (field->message_type() != nullptr) {
      Collect(reflection.GetMessage(message, field), at, handles);
    }
  }
}

// "gift.donor" of "record.gift.donor.principal_id", "delegation.members" of
// "record.delegation.members[0].person.official_id".
std::string PathOf(std::string_view field) {
  field.remove_prefix(std::string_view("record.").size());
  const std::size_t content = field.find('.');
  return std::string(field.substr(0, field.find_first_of(".[", content + 1)));
}

}  // namespace

std::vector<Handle> HandlesIn(const v1::Record& record,
                              const std::function<bool(const std::string& path)>& given) {
  std::vector<Handle> handles;
  Collect(record, "record", handles);
  std::erase_if(handles, [&](const Handle& handle) { return !given(PathOf(handle.field)); });
  return handles;
}

}  // namespace twinledger::engagement
