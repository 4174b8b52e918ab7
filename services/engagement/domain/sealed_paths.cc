#include "engagement/domain/sealed_paths.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "engagement/domain/amendment.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using state::v1::RecordRow;

bool HoldsSealedIn(const Message& message, const google::protobuf::Reflection& reflection,
                   const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE &&
      field.type() != FieldDescriptor::TYPE_BYTES) {
    return false;
  }
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    return !reflection.GetString(message, &field).empty();
  }
  if (!field.is_repeated()) {
    return reflection.HasField(message, &field) &&
           HoldsSealed(reflection.GetMessage(message, &field));
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (HoldsSealed(reflection.GetRepeatedMessage(message, &field, i))) return true;
  }
  return false;
}

}  // namespace

bool HoldsSealed(const Message& message) {
  const auto& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    if (HoldsSealedIn(message, reflection, *type.field(i))) return true;
  }
  return false;
}

std::vector<std::string> SealedPathsOf(const RecordFields& record) {
  std::vector<std::string> paths;
  const auto& type = *RecordFields::descriptor();
  const auto& reflection = *record.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.containing_oneof() == nullptr && HoldsSealedIn(record, reflection, field)) {
      paths.push_back(field.name());
    }
  }
  const std::string content = NameOf(record.content_case());
  if (content.empty()) return paths;
  const Message& told = reflection.GetMessage(record, type.FindFieldByName(content));
  const auto& told_type = *told.GetDescriptor();
  const auto& told_reflection = *told.GetReflection();
  for (int i = 0; i < told_type.field_count(); ++i) {
    const FieldDescriptor& field = *told_type.field(i);
    if (HoldsSealedIn(told, told_reflection, field)) paths.push_back(content + "." + field.name());
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
