#include "twinledger/fields/from_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/whole_number.h"
#include "twinledger/fields/to_json.h"

namespace twinledger::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using registry::v1::PartialDate;

constexpr std::int64_t kYearMin = 1840;  // As the server takes it.
constexpr std::string_view kDateHelp = "a date from 1840 on: 2024, 2024-05, 2024-05-01 or 1/5/2024";

Error Malformed(std::string_view field, std::string_view value, std::string_view right) {
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{}: \"{}\" is not {}", field, value, right),
               .reason = "VALUE_MALFORMED",
               .metadata = {{"field", std::string(field)}, {"value", std::string(value)}},
               .violations = {{std::string(field), fmt::format("use {}", right)}}};
}

// Letters to upper case, words joined by "_".
std::string EnumSpelling(std::string_view text) {
  std::string spelling;
  for (const char c : text) {
    const bool joins = c == '-' || c == ' ' || c == '_';
    spelling += joins ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return spelling;
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string Choices(const EnumDescriptor& type) {
  std::string choices;
  for (int i = 1; i < type.value_count(); ++i) {  // 0 is "unspecified".
    choices += (i == 1 ? "" : ", ") + LowerCase(ShortName(*type.value(i)));
  }
  return choices;
}

const EnumValueDescriptor* FindValue(const EnumDescriptor& type, std::string_view text) {
  std::string spelling = EnumSpelling(text);
  if (type.full_name() == registry::v1::TriState_descriptor()->full_name()) {
    if (spelling == "TRUE") spelling = "YES";
    if (spelling == "FALSE") spelling = "NO";
  }
  for (int i = 1; i < type.value_count(); ++i) {
    if (ShortName(*type.value(i)) == spelling) return type.value(i);
  }
  return nullptr;
}

std::optional<std::int64_t> ParseNumber(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != ',' && c != ' '; });
  return WholeNumber<std::int64_t>(digits);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsDate(const FieldDescriptor& field) {
  return field.message_type() != nullptr && field.message_type() == PartialDate::descriptor();
}

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_INT32;
}

bool IsWritable(const FieldDescriptor& field) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return true;
  if (field.is_repeated()) return false;
  return IsDate(field) || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING || IsNumber(field);
}

Result<void> SetEnum(Message& message, const FieldDescriptor& field, std::string_view text) {
  const auto& reflection = *message.GetReflection();
  for (const std::string_view part : field.is_repeated() ? Split(text, ',') : std::vector{text}) {
    const EnumValueDescriptor* value = FindValue(*field.enum_type(), part);
    if (value == nullptr) {
      return Malformed(field.name(), part, "one of: " + Choices(*field.enum_type()));
    }
    if (field.is_repeated()) {
      reflection.AddEnum(&message, &field, value);
    } else {
      reflection.SetEnum(&message, &field, value);
    }
  }
  return {};
}

}  // namespace

std::string HelpOf(const FieldDescriptor& field) {
  if (IsDate(field)) return "2024, 2024-05 or 2024-05-01";
  if (IsNumber(field)) return "a number";
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) {
    return field.is_repeated() ? "several, by commas" : "text";
  }
  return (field.is_repeated() ? "several, by commas: " : "") + Choices(*field.enum_type());
}

std::vector<WritableField> WritableFields(const Descriptor& type,
                                          const std::vector<std::string>& output_only) {
  constexpr int kOutputOnlyFrom = 30;  // Where the resources keep etag and times.
  std::vector<WritableField> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool hidden = field.name() == "name" || field.number() >= kOutputOnlyFrom ||
                        std::ranges::find(output_only, field.name()) != output_only.end();
    if (hidden || !IsWritable(field)) continue;
    std::string flag = "--" + field.name();
    std::ranges::replace(flag, '_', '-');
    fields.push_back({field.name(), std::move(flag), HelpOf(field)});
  }
  return fields;
}

std::string ChoicesOf(const Message& message, const std::string& name) {
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
  TL_CHECK(field != nullptr && field->enum_type() != nullptr);
  return Choices(*field->enum_type());
}

Result<void> SetField(Message& message, const std::string& name, std::string_view text) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  TL_CHECK(field != nullptr);
  const auto& reflection = *message.GetReflection();
  reflection.ClearField(&message, field);
  if (text.empty()) return {};
  if (IsDate(*field)) {
    Result<PartialDate> date = ParseDate(text);
    if (!date) return Malformed(name, text, kDateHelp);
    reflection.MutableMessage(&message, field)->CopyFrom(*date);
    return {};
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) return SetEnum(message, *field, text);
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    for (const std::string_view part :
         field->is_repeated() ? Split(text, ',') : std::vector{text}) {
      if (field->is_repeated()) {
        reflection.AddString(&message, field, std::string(part));
      } else {
        reflection.SetString(&message, field, std::string(part));
      }
    }
    return {};
  }
  TL_CHECK(IsNumber(*field));
  const auto number = ParseNumber(text);
  const bool small = field->cpp_type() == FieldDescriptor::CPPTYPE_INT32;
  if (!number || *number < 0 || (small && *number > INT32_MAX)) {
    return Malformed(name, text, "a whole number from 0, such as 65250");
  }
  if (small) {
    reflection.SetInt32(&message, field, static_cast<std::int32_t>(*number));
  } else {
    reflection.SetInt64(&message, field, *number);
  }
  return {};
}

Result<PartialDate> ParseDate(std::string_view text) {
  const bool slashes = text.find('/') != std::string_view::npos;
  std::vector<std::string_view> parts = Split(text, slashes ? '/' : '-');
  if (slashes) std::ranges::reverse(parts);  // Day, month, year.
  std::array<std::int64_t, 3> numbers{};
  bool good = parts.size() <= numbers.size();
  for (std::size_t i = 0; good && i < parts.size(); ++i) {
    const auto number = ParseNumber(parts[i]);
    good = number && *number > 0 && *number <= 9999;
    if (good) numbers[i] = *number;
  }
  const auto [year, month, day] = numbers;
  good = good && year >= kYearMin && month <= 12 && day <= 31;
  if (good && day > 0) {
    good = std::chrono::year_month_day(std::chrono::year(static_cast<int>(year)),
                                       std::chrono::month(static_cast<unsigned>(month)),
                                       std::chrono::day(static_cast<unsigned>(day)))
               .ok();
  }
  if (!good) return Malformed("date", text, kDateHelp);
  PartialDate date;
  date.set_year(static_cast<int>(year));
  date.set_month(static_cast<int>(month));
  date.set_day(static_cast<int>(day));
  return date;
}

}  // namespace twinledger::client
