#include "platform/fields/understood.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <vector>

namespace twinledger::fields {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The way to what is not known, from there up. Nothing is made of it while all is known: every
// event of a rebuild comes by here.
using WayUp = std::vector<const FieldDescriptor*>;

bool HasUnknown(const Message& message, WayUp& way);

bool IsUnknownValue(const FieldDescriptor& field, int number) {
  return field.enum_type()->FindValueByNumber(number) == nullptr;
}

bool HasUnknownIn(const Message& message, const FieldDescriptor& field, WayUp& way) {
  const auto& reflection = *message.GetReflection();
  const bool is_enum = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
  if (!field.is_repeated()) {
    if (!reflection.HasField(message, &field)) return false;
    return is_enum ? IsUnknownValue(field, reflection.GetEnumValue(message, &field))
                   : HasUnknown(reflection.GetMessage(message, &field), way);
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (is_enum ? IsUnknownValue(field, reflection.GetRepeatedEnumValue(message, &field, i))
                : HasUnknown(reflection.GetRepeatedMessage(message, &field, i), way)) {
      return true;
    }
  }
  return false;
}

bool HasUnknown(const Message& message, WayUp& way) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) return true;
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool may_have = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
                          field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!may_have || !HasUnknownIn(message, field, way)) continue;
    way.push_back(&field);
    return true;
  }
  return false;
}

}  // namespace

std::string UnknownIn(const Message& message) {
  WayUp way;
  if (!HasUnknown(message, way)) return {};
  if (way.empty()) return message.GetDescriptor()->name();
  std::string path;
  for (auto field = way.rbegin(); field != way.rend(); ++field) {
    if (!path.empty()) path += '.';
    path += (*field)->name();
  }
  return path;
}

}  // namespace twinledger::fields
