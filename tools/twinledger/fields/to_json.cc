#include "twinledger/fields/to_json.h"

#include <fmt/format.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "platform/crypto/hash.h"
#include "twinledger/output/time_text.h"

namespace twinledger::client {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The client's messages and the log's events have dates of their own types, alike in all.
Json DateJson(const Message& date) {
  const Reflection& in = *date.GetReflection();
  const auto part = [&](const char* name) {
    return in.GetInt32(date, date.GetDescriptor()->FindFieldByName(name));
  };
  if (part("year") == 0) return nullptr;
  std::string text = fmt::format("{:04}", part("year"));
  if (part("month") == 0) return text;
  text += fmt::format("-{:02}", part("month"));
  if (part("day") == 0) return text;
  return text + fmt::format("-{:02}", part("day"));
}

Json TimestampJson(const google::protobuf::Timestamp& time) {
  return TimeForPrograms(WallTime(std::chrono::seconds(time.seconds()) +
                                  std::chrono::microseconds(time.nanos() / 1000)));
}

Json MessageJson(const Message& message) {
  if (message.GetDescriptor()->name() == "PartialDate") return DateJson(message);
  if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
    return TimestampJson(*time);
  }
  return ToJson(message);
}

Json TextJson(const FieldDescriptor& field, const std::string& text) {
  if (text.empty()) return nullptr;
  return field.type() == FieldDescriptor::TYPE_BYTES ? crypto::Hex(text) : text;
}

Json EnumJson(const EnumValueDescriptor& value) {
  if (value.number() == 0) return nullptr;  // Unspecified.
  return ShortName(value);
}

// `index` is that of an element, or -1 for a field that is not repeated.
Json ValueJson(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& in = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return one ? in.GetInt32(message, &field) : in.GetRepeatedInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_INT64:
      return one ? in.GetInt64(message, &field) : in.GetRepeatedInt64(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT32:
      return one ? in.GetUInt32(message, &field) : in.GetRepeatedUInt32(message, &field, index);
    case FieldDescriptor::CPPTYPE_UINT64:
      return one ? in.GetUInt64(message, &field) : in.GetRepeatedUInt64(message, &field, index);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return one ? in.GetDouble(message, &field) : in.GetRepeatedDouble(message, &field, index);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return one ? in.GetFloat(message, &field) : in.GetRepeatedFloat(message, &field, index);
    case FieldDescriptor::CPPTYPE_BOOL:
      return one ? in.GetBool(message, &field) : in.GetRepeatedBool(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumJson(one ? *in.GetEnum(message, &field)
                          : *in.GetRepeatedEnum(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING:
      return TextJson(field, one ? in.GetString(message, &field)
                                 : in.GetRepeatedString(message, &field, index));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageJson(one ? in.GetMessage(message, &field)
                             : in.GetRepeatedMessage(message, &field, index));
  }
  return nullptr;
}

}  // namespace

std::string ShortName(const EnumValueDescriptor& value) {
  // COUNCIL_KIND_CITY of CouncilKind: the prefix is that of the unspecified value.
  const std::string first = value.type()->value(0)->name();
  const std::string prefix = first.substr(0, first.size() - std::string("UNSPECIFIED").size());
  return value.name().starts_with(prefix) ? value.name().substr(prefix.size()) : value.name();
}

std::string ShortNames(const google::protobuf::Descriptor& type, std::string_view path,
                       const std::string& value) {
  const std::size_t dot = path.find('.');
  const FieldDescriptor* const field = type.FindFieldByName(std::string(path.substr(0, dot)));
  if (field == nullptr) return value;  // Of a newer program.
  if (dot != std::string_view::npos) {
    if (field->message_type() == nullptr) return value;
    return ShortNames(*field->message_type(), path.substr(dot + 1), value);
  }
  if (field->enum_type() == nullptr) return value;
  constexpr std::string_view kBetween = ", ";
  std::string names;
  for (std::string_view rest = value; !rest.empty();) {
    const std::size_t end = std::min(rest.find(kBetween), rest.size());
    const std::string name(rest.substr(0, end));
    const EnumValueDescriptor* const known = field->enum_type()->FindValueByName(name);
    if (!names.empty()) names += kBetween;
    names += known == nullptr ? name : ShortName(*known);
    rest.remove_prefix(std::min(end + kBetween.size(), rest.size()));
  }
  return names;
}

Json ToJson(const Message& message) {
  Json json = Json::object();
  const Reflection& in = *message.GetReflection();
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    Json& value = json[field.name()];
    if (field.is_repeated()) {
      value = Json::array();
      for (int at = 0; at < in.FieldSize(message, &field); ++at) {
        value.push_back(ValueJson(message, field, at));
      }
    } else if (field.has_presence() && !in.HasField(message, &field)) {
      value = nullptr;
    } else {
      value = ValueJson(message, field, -1);
    }
  }
  return json;
}

}  // namespace twinledger::client
