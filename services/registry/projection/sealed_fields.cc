#include "registry/projection/sealed_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "platform/fields/field_paths.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::registry {

std::vector<std::string> SealedPaths(const google::protobuf::Message& fields) {
  std::vector<std::string> paths;
  for (int i = 0; i < fields.GetDescriptor()->field_count(); ++i) {
    const std::string& name = fields.GetDescriptor()->field(i)->name();
    if (twinledger::fields::IsSealedName(name)) paths.push_back(name);
  }
  return paths;
}

void NoteSealing(const google::protobuf::Message& fields, const std::vector<std::string>& written,
                 std::string_view event_type, const std::string& request_id,
                 google::protobuf::RepeatedPtrField<state::v1::SealedField>& sealed) {
  google::protobuf::RepeatedPtrField<state::v1::SealedField> noted;
  for (const std::string& path : SealedPaths(fields)) {
    if (!twinledger::fields::Show(fields, path)) continue;
    state::v1::SealedField& note = *noted.Add();
    if (std::ranges::find(written, path) == written.end()) {
      note = *std::ranges::find(sealed, path, &state::v1::SealedField::path);
      continue;
    }
    note.set_path(path);
    note.set_event_type(std::string(event_type));
    note.set_request_id(request_id);
  }
  sealed = std::move(noted);
}

}  // namespace twinledger::registry
