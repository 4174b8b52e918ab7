#include "registry/rpc/sealed_texts.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "platform/fields/field_paths.h"
#include "platform/fields/sealed_name.h"
#include "registry/projection/registry_projection.h"
#include "registry/projection/sealed_fields.h"

namespace twinledger::registry {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Before a text that is only validated and goes no further; a sealed one begins with 1.
constexpr char kNotSealed = '\0';

// The elements of a text field, or of several.
std::vector<std::string> TextsOf(const Message& message, const std::string& path) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(path);
  const auto& reflection = *message.GetReflection();
  std::vector<std::string> texts;
  if (!field->is_repeated()) {
    std::string text = reflection.GetString(message, field);
    if (!text.empty()) texts.push_back(std::move(text));
    return texts;
  }
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    texts.push_back(reflection.GetRepeatedString(message, field, i));
  }
  return texts;
}

void SetTexts(Message& message, const std::string& path, const std::vector<std::string>& texts) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(path);
  const auto& reflection = *message.GetReflection();
  reflection.ClearField(&message, field);
  for (const std::string& text : texts) {
    if (field->is_repeated()) {
      reflection.AddString(&message, field, text);
    } else {
      reflection.SetString(&message, field, text);
    }
  }
}

// Swapping two elements of a list is an alteration too.
std::string PlaceOf(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

keyring::FieldContext ContextOf(const SealedOwner& owner, std::string_view event_type,
                                std::string_view place, std::string_view request_id) {
  return {.stream = kStream,
          .entity_key = owner.entity_key,
          .event_type = event_type,
          .field_path = place,
          .request_id = request_id,
          .classification = ""};  // The registry's commits have none.
}

Result<std::vector<std::string>> OpenTexts(keyring::Keyring& keyring, const SealedOwner& owner,
                                           const SealedTexts::Notes& notes, const Message& fields,
                                           const std::string& path) {
  std::vector<std::string> texts = TextsOf(fields, path);
  // Without a note of what it was sealed for, it opens nowhere.
  const auto found = std::ranges::find(notes, path, &state::v1::SealedField::path);
  const state::v1::SealedField note = found != notes.end() ? *found : state::v1::SealedField();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].starts_with(kNotSealed)) {
      texts[i].erase(0, 1);
      continue;
    }
    const std::string place = PlaceOf(path, i);
    TL_TRY(texts[i],
           keyring.Unseal(texts[i], ContextOf(owner, note.event_type(), place, note.request_id())));
  }
  return texts;
}

}  // namespace

SealedOwner OwnerOf(const CouncilId& council, const OfficialId& id) {
  const log::v1::EntityKey key = KeyOf(council);
  return {"official/" + id.value(), key.type() + "/" + key.id()};
}

SealedOwner OwnerOf(const PrincipalId& id) {
  const log::v1::EntityKey key = KeyOf(id);
  return {"principal/" + id.value(), key.type() + "/" + key.id()};
}

bool MayReadNames(const rpc::CallerIdentity& caller, const std::string& council) {
  if (identity::IsOfCouncil(caller.role)) return caller.council == council;
  return caller.role == identity::Role::kAgencyAnalyst ||
         caller.role == identity::Role::kAgencyApprover;
}

Result<void> SealedTexts::Seal(const Sealing& sealing, const Message& plain,
                               Message& fields) const {
  for (const std::string& path : SealedPaths(fields)) {
    std::vector<std::string> texts = TextsOf(plain, twinledger::fields::ClearName(path));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (sealing.validate_only) {
        texts[i].insert(0, 1, kNotSealed);
        continue;
      }
      const std::string place = PlaceOf(path, i);
      TL_TRY(texts[i],
             keyring_.Seal(keyring::SubjectId(sealing.owner.subject),
                           ContextOf(sealing.owner, sealing.event_type, place, sealing.request_id),
                           texts[i]));
    }
    SetTexts(fields, path, texts);
  }
  return {};
}

void SealedTexts::KeepSame(const SealedOwner& owner, const Notes& notes, const Message& current,
                           const Message& plain, Message& fields) const {
  for (const std::string& path : SealedPaths(fields)) {
    const auto opened = OpenTexts(keyring_, owner, notes, current, path);
    if (!opened) continue;  // Nobody can tell: it is recorded anew.
    if (*opened == TextsOf(plain, twinledger::fields::ClearName(path))) {
      twinledger::fields::Copy(current, path, fields);
    }
  }
}

Result<v1::SealedState> SealedTexts::Open(const SealedOwner& owner, const Notes& notes,
                                          const Message& fields, Message& plain) const {
  v1::SealedState state = v1::SEALED_STATE_UNSPECIFIED;
  for (const std::string& path : SealedPaths(fields)) {
    if (TextsOf(fields, path).empty()) continue;
    const auto texts = OpenTexts(keyring_, owner, notes, fields, path);
    if (texts) {
      SetTexts(plain, twinledger::fields::ClearName(path), *texts);
      state = v1::SEALED_STATE_SHOWN;
    } else if (texts.error().reason == "SUBJECT_ERASED") {
      return v1::SEALED_STATE_ERASED;
    } else if (texts.error().reason == "KEY_NOT_HERE") {
      return v1::SEALED_STATE_KEY_NOT_HERE;
    } else {
      return texts.error();
    }
  }
  return state;
}

v1::SealedState Withhold(const Message& fields) {
  for (const std::string& path : SealedPaths(fields)) {
    if (twinledger::fields::Show(fields, path)) return v1::SEALED_STATE_WITHHELD;
  }
  return v1::SEALED_STATE_UNSPECIFIED;
}

}  // namespace twinledger::registry
