#include "platform/fields/shown_value.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cctype>
#include <cstdint>
#include <string_view>
#include <vector>

#include "platform/base/check.h"

namespace twinledger::fields {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

enum class Place { kAlone, kWithinMessage };

std::string ShownField(const Message& message, const FieldDescriptor& field, Place place);

const FieldDescriptor& FieldOf(const Message& message, const char* name) {
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
  TL_CHECK(field != nullptr);
  return *field;
}

std::int64_t NumberIn(const Message& message, const char* name) {
  const FieldDescriptor& field = FieldOf(message, name);
  const Reflection& reflection = *message.GetReflection();
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 ? reflection.GetInt32(message, &field)
                                                            : reflection.GetInt64(message, &field);
}

std::string ShownDate(const Message& date) {
  const std::int64_t year = NumberIn(date, "year");
  const std::int64_t month = NumberIn(date, "month");
  const std::int64_t day = NumberIn(date, "day");
  if (month == 0) return fmt::format("{:04}", year);
  if (day == 0) return fmt::format("{:04}-{:02}", year, month);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

std::string ShownCents(std::int64_t cents) {
  return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

std::string ShownMoney(const Message& money) {
  const Reflection& reflection = *money.GetReflection();
  const std::string currency = reflection.GetString(money, &FieldOf(money, "currency"));
  std::string text = currency + " " + ShownCents(NumberIn(money, "cents"));
  if (const std::int64_t cents = NumberIn(money, "nzd_cents"); cents != 0 && currency != "NZD") {
    text += " (NZD " + ShownCents(cents);
    const FieldDescriptor& rate_date = FieldOf(money, "rate_date");
    if (reflection.HasField(money, &rate_date)) {
      text += ", rate of " + ShownDate(reflection.GetMessage(money, &rate_date));
    }
    text += ")";
  }
  return text;
}

std::string ShownMessage(const Message& message) {
  const std::string& type = message.GetDescriptor()->name();
  if (type == "PartialDate") return ShownDate(message);
  if (type == "Money") return ShownMoney(message);
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  std::vector<std::string> shown;
  for (const FieldDescriptor* const field : set) {
    shown.push_back(field->name() + " " + ShownField(message, *field, Place::kWithinMessage));
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

// Whether what it is made of has commas of its own.
bool IsCompound(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  const std::string& type = field.message_type()->name();
  return type != "PartialDate" && type != "Money";
}

// "SiteKind" of SITE_KIND_PORT.
std::string_view WithoutType(std::string_view value, std::string_view type) {
  std::string_view rest = value;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const auto letter = static_cast<unsigned char>(type[i]);
    if (i > 0 && std::isupper(letter) != 0) {
      if (!rest.starts_with('_')) return value;
      rest.remove_prefix(1);
    }
    if (rest.empty() || rest.front() != std::toupper(letter)) return value;
    rest.remove_prefix(1);
  }
  return rest.size() > 1 && rest.front() == '_' ? rest.substr(1) : value;
}

std::string ShownEnum(const FieldDescriptor& field, int number, Place place) {
  const auto* const value = field.enum_type()->FindValueByNumber(number);
  if (value == nullptr) return std::to_string(number);  // Of a newer program.
  if (place == Place::kAlone) return value->name();
  return std::string(WithoutType(value->name(), field.enum_type()->name()));
}

std::string ShownText(const FieldDescriptor& field, const std::string& text) {
  return field.type() == FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(text) : text;
}

std::string ShownOne(const Message& message, const FieldDescriptor& field, Place place) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::to_string(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return std::to_string(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return fmt::format("{}", reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return fmt::format("{}", reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return ShownEnum(field, reflection.GetEnumValue(message, &field), place);
    case FieldDescriptor::CPPTYPE_STRING:
      return ShownText(field, reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ShownMessage(reflection.GetMessage(message, &field));
  }
  return {};
}

std::string ShownElement(const Message& message, const FieldDescriptor& field, int i, Place place) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return ShownMessage(reflection.GetRepeatedMessage(message, &field, i));
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return ShownEnum(field, reflection.GetRepeatedEnumValue(message, &field, i), place);
  }
  TL_CHECK(field.cpp_type() == FieldDescriptor::CPPTYPE_STRING);  // No list of numbers yet.
  return ShownText(field, reflection.GetRepeatedString(message, &field, i));
}

std::string ShownField(const Message& message, const FieldDescriptor& field, Place place) {
  const bool compound = IsCompound(field);
  if (!field.is_repeated()) {
    std::string shown = ShownOne(message, field, place);
    return compound && place == Place::kWithinMessage ? "(" + shown + ")" : shown;
  }
  std::vector<std::string> shown;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    std::string element = ShownElement(message, field, i, place);
    shown.push_back(compound ? "(" + element + ")" : std::move(element));
  }
  const std::string all = fmt::format("{}", fmt::join(shown, ", "));
  return place == Place::kWithinMessage ? "[" + all + "]" : all;
}

}  // namespace

std::string ShownValue(const Message& message, const FieldDescriptor& field) {
  return ShownField(message, field, Place::kAlone);
}

}  // namespace twinledger::fields
