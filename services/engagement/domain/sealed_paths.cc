#include "engagement/domain/sealed_paths.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "platform/fields/field_trail.h"

namespace twinledger::engagement {
namespace {

using events::v1::Evidence;
using events::v1::RecordFields;
using fields::FieldTrail;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using state::v1::RecordRow;

bool IsSealed(const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_BYTES; }

const FieldTrail& SealedInRecord() {
  static const FieldTrail trail(*RecordFields::descriptor(), IsSealed);
  return trail;
}

bool Holds(const Message& message, const FieldTrail& sealed);

bool HoldsIn(const Message& message, const google::protobuf::Reflection& reflection,
             const FieldTrail::Step& step) {
  if (step.wanted) {
    std::string unused;  // Where a text is that stands in no string of its own.
    return !reflection.GetStringReference(message, step.field, &unused).empty();
  }
  if (!step.repeated) {
    return reflection.HasField(message, step.field) &&
           Holds(reflection.GetMessage(message, step.field), *step.within);
  }
  const int size = reflection.FieldSize(message, step.field);
  for (int i = 0; i < size; ++i) {
    if (Holds(reflection.GetRepeatedMessage(message, step.field, i), *step.within)) return true;
  }
  return false;
}

bool Holds(const Message& message, const FieldTrail& sealed) {
  return std::ranges::any_of(sealed.steps(), [&](const FieldTrail::Step& step) {
    return HoldsIn(message, sealed.reflection(), step);
  });
}

}  // namespace

bool HoldsSealed(const RecordFields& record) { return Holds(record, SealedInRecord()); }

bool HoldsSealed(const Evidence& evidence) {
  static const FieldTrail sealed(*Evidence::descriptor(), IsSealed);
  return Holds(evidence, sealed);
}

std::vector<std::string> SealedPathsOf(const RecordFields& record) {
  const FieldTrail& sealed = SealedInRecord();
  std::vector<std::string> paths;
  const FieldTrail::Step* content = nullptr;
  for (const FieldTrail::Step& step : sealed.steps()) {
    if (step.field->containing_oneof() != nullptr) {
      if (step.field->number() == record.content_case()) content = &step;
    } else if (HoldsIn(record, sealed.reflection(), step)) {
      paths.push_back(step.field->name());
    }
  }
  if (content == nullptr) return paths;
  const Message& told = sealed.reflection().GetMessage(record, content->field);
  for (const FieldTrail::Step& step : content->within->steps()) {
    if (HoldsIn(told, content->within->reflection(), step)) {
      paths.push_back(content->field->name() + "." + step.field->name());
    }
  }
  return paths;
}

const state::v1::SealedPath* FindSealed(const RecordRow& row, const std::string& path) {
  const auto found =
      std::ranges::find_if(row.sealed(), [&](const auto& entry) { return entry.path() == path; });
  return found == row.sealed().end() ? nullptr : &*found;
}

void NoteSealed(const std::string& path, const std::optional<Sealing>& sealing, RecordRow& row) {
  auto& entries = *row.mutable_sealed();
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const auto& entry) { return entry.path() == path; }),
                entries.end());
  if (!sealing) return;
  auto& entry = *row.add_sealed();
  entry.set_path(path);
  entry.set_event_type(sealing->event_type);
  entry.set_request_id(sealing->request_id);
  entry.set_marking(sealing->marking);
}

}  // namespace twinledger::engagement
