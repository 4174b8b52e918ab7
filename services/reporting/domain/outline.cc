#include "reporting/domain/outline.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "platform/fields/field_paths.h"
#include "platform/fields/field_trail.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::reporting {
namespace {

using fields::FieldTrail;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsSealed(const FieldDescriptor& field) { return fields::IsSealedName(field.name()); }

void ClearSealed(Message& message, const FieldTrail& sealed) {
  const auto& reflection = sealed.reflection();
  for (const FieldTrail::Step& step : sealed.steps()) {
    if (step.wanted) {
      reflection.ClearField(&message, step.field);
    } else if (step.repeated) {
      const int size = reflection.FieldSize(message, step.field);
      for (int i = 0; i < size; ++i) {
        ClearSealed(*reflection.MutableRepeatedMessage(&message, step.field, i), *step.within);
      }
    } else if (reflection.HasField(message, step.field)) {
      ClearSealed(*reflection.MutableMessage(&message, step.field), *step.within);
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
  static const FieldTrail sealed(*RecordFields::descriptor(), IsSealed);
  fields.clear_evidence();
  ClearSealed(fields, sealed);
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
