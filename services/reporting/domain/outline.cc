#include "reporting/domain/outline.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "platform/fields/field_paths.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::reporting {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void ClearSealed(Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    if (fields::IsSealedName(field->name())) {
      reflection.ClearField(&message, field);
    } else if (field->message_type() == nullptr) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        ClearSealed(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      ClearSealed(*reflection.MutableMessage(&message, field));
    }
  }
}

// The field of the content that a path begins with, "gift" of "gift.value"; null if it does not.
const FieldDescriptor* ContentIn(std::string_view path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const FieldDescriptor* field =
      RecordFields::descriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  return field != nullptr && field->containing_oneof() != nullptr ? field : nullptr;
}

std::string_view Below(std::string_view path) { return path.substr(path.find('.') + 1); }

}  // namespace

RecordFields OutlineOf(RecordFields fields) {
  ClearSealed(fields);
  fields.clear_evidence();
  return fields;
}

bool HasPath(const RecordFields& fields, std::string_view path) {
  if (const FieldDescriptor* content = ContentIn(path)) {
    return content->number() == fields.content_case() &&
           content->message_type()->FindFieldByName(std::string(Below(path))) != nullptr;
  }
  const FieldDescriptor* field = RecordFields::descriptor()->FindFieldByName(std::string(path));
  return field != nullptr && field->containing_oneof() == nullptr;
}

void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to) {
  const FieldDescriptor* content = ContentIn(path);
  if (content == nullptr) return fields::Copy(from, path, to);
  fields::Copy(from.GetReflection()->GetMessage(from, content), Below(path),
               *to.GetReflection()->MutableMessage(&to, content));
}

Days DaysOf(const RecordFields& record) {
  if (record.has_gift()) return {fields::PartsOf(record.gift().offered_on()), {}};
  if (record.has_travel()) {
    return {fields::PartsOf(record.travel().depart_on()),
            fields::PartsOf(record.travel().return_on())};
  }
  return {fields::PartsOf(record.occur_date()), fields::PartsOf(record.occur_end())};
}

}  // namespace twinledger::reporting
