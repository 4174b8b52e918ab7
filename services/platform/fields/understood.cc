#include "platform/fields/understood.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <optional>
#include <vector>

namespace twinledger::fields {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::optional<std::string> FindUnknown(const Message& message, const std::string& path);

bool IsKnownValue(const FieldDescriptor& field, int number) {
  return field.enum_type()->FindValueByNumber(number) != nullptr;
}

std::optional<std::string> FindUnknownIn(const Message& message, const FieldDescriptor& field,
                                         const std::string& path) {
  const auto& reflection = *message.GetReflection();
  const bool is_enum = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  if (!is_enum && field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return std::nullopt;
  if (!field.is_repeated()) {
    if (!is_enum) return FindUnknown(reflection.GetMessage(message, &field), path);
    if (IsKnownValue(field, reflection.GetEnumValue(message, &field))) return std::nullopt;
    return path;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (is_enum) {
      if (!IsKnownValue(field, reflection.GetRepeatedEnumValue(message, &field, i))) return path;
    } else if (auto found = FindUnknown(reflection.GetRepeatedMessage(message, &field, i), path)) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<std::string> FindUnknown(const Message& message, const std::string& path) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) return path;
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string below = path.empty() ? field->name() : path + "." + field->name();
    if (auto found = FindUnknownIn(message, *field, below)) return found;
  }
  return std::nullopt;
}

// Without telling where not: nearly every message is understood, and to write the path of each of
// its fields would take most of the time.
bool IsUnderstood(const Message& message) {
  const auto& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return false;
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_enum = field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
    if (!is_enum && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (is_enum) {
        const int number = field->is_repeated() ? reflection.GetRepeatedEnumValue(message, field, i)
                                                : reflection.GetEnumValue(message, field);
        if (!IsKnownValue(*field, number)) return false;
      } else if (!IsUnderstood(field->is_repeated()
                                   ? reflection.GetRepeatedMessage(message, field, i)
                                   : reflection.GetMessage(message, field))) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::string UnknownIn(const Message& message) {
  if (IsUnderstood(message)) return {};
  const std::optional<std::string> found = FindUnknown(message, "");
  if (!found) return {};
  return found->empty() ? message.GetDescriptor()->name() : *found;
}

}  // namespace twinledger::fields
