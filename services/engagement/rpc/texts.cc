#include "engagement/rpc/texts.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "engagement/projection/engagement_projection.h"
#include "platform/base/check.h"
#include "platform/crypto/uuid5.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kNoIndex = -1;
constexpr char kUnsealedMark = '\0';  // A sealed field begins with its version, 1.

// Names (RFC 4122, 4.3) of the subjects of records: two councils may have chosen one UUID.
constexpr std::string_view kSubjectNamespace = "6d0c3a55-8f5e-4a3c-9f43-6a1f5d1c7e02";

// "IN_CONFIDENCE"; empty for a record without one.
std::string_view MarkingText(events::v1::Marking marking) {
  if (marking == events::v1::MARKING_UNSPECIFIED) return {};
  std::string_view name = events::v1::Marking_Name(marking);
  name.remove_prefix(std::min(name.size(), std::string_view("MARKING_").size()));
  return name;
}

// Calls `visit` for the field's message, which has no index, or each of its list, with its path.
template <class Visit>
Result<void> EachWithin(const Message& kept, const Message& shown, const TextField& field,
                        const std::string& path, const Visit& visit) {
  if (!field.repeated) {
    if (!field.our->HasField(kept, field.ours)) return {};
    return visit(kNoIndex, path);
  }
  const int size = field.our->FieldSize(kept, field.ours);
  TL_CHECK(size == field.their->FieldSize(shown, field.theirs));
  for (int i = 0; i < size; ++i) {
    TL_TRY_VOID(visit(i, fmt::format("{}[{}]", path, i)));
  }
  return {};
}

const Message& At(const Message& message, const Reflection& reflection,
                  const FieldDescriptor& field, int index) {
  return index == kNoIndex ? reflection.GetMessage(message, &field)
                           : reflection.GetRepeatedMessage(message, &field, index);
}

Message& MutableAt(Message& message, const Reflection& reflection, const FieldDescriptor& field,
                   int index) {
  return index == kNoIndex ? *reflection.MutableMessage(&message, &field)
                           : *reflection.MutableRepeatedMessage(&message, &field, index);
}

}  // namespace

const std::string* ClearTexts::Find(std::string_view sealed) const {
  for (const auto& [its, text] : texts_) {
    if (its == sealed) return &text;
  }
  return nullptr;
}

Texts::Texts(keyring::Keyring& keyring, const CouncilId& council, const RecordId& record,
             std::shared_ptr<ClearTexts> clear)
    : keyring_(keyring),
      entity_key_("council/" + council.value()),
      subject_("record/" +
               crypto::Uuid5(kSubjectNamespace, council.value() + "/" + record.value())),
      clear_(std::move(clear)) {}

keyring::FieldContext Texts::ContextOf(const Sealing& sealing, std::string_view path) const {
  return {.stream = kStream,
          .entity_key = entity_key_,
          .event_type = sealing.event_type,
          .field_path = path,
          .request_id = sealing.request_id,
          .classification = MarkingText(sealing.marking)};
}

SealText Texts::SealsBy(Sealing sealing, std::shared_ptr<const keyring::Sealer> sealer) const {
  return [texts = *this, sealing = std::move(sealing), sealer = std::move(sealer)](
             const std::string& path, std::string_view text) mutable -> Result<std::string> {
    if (sealer == nullptr) {
      TL_TRY(sealer, texts.keyring_.SealerFor(texts.subject_, path));
    }
    TL_TRY(std::string sealed, sealer->Seal(texts.ContextOf(sealing, path), text));
    if (texts.clear_) texts.clear_->Note(sealed, text);
    return sealed;
  };
}

Result<std::optional<std::string>> Texts::Open(const Sealing& sealing, const std::string& path,
                                               std::string_view sealed) const {
  if (sealed.starts_with(kUnsealedMark)) return std::optional(std::string(sealed.substr(1)));
  const std::string* const known = clear_ ? clear_->Find(sealed) : nullptr;
  if (known != nullptr) return std::optional(*known);
  Result<std::string> text = keyring_.Unseal(sealed, ContextOf(sealing, path));
  if (text) return std::optional(*std::move(text));
  const std::string& reason = text.error().reason;
  if (reason == "SUBJECT_ERASED" || reason == "KEY_NOT_HERE") return std::optional<std::string>();
  return text.error();
}

std::string Unsealed(std::string_view text) { return kUnsealedMark + std::string(text); }

Result<void> SealField(const Message& from, Message& to, const TextField& field,
                       const std::string& path, const SealText& seal) {
  if (field.within == nullptr) {
    std::string unused;  // Where a text is that stands in no string of its own.
    const std::string& text = field.their->GetStringReference(from, field.theirs, &unused);
    field.our->ClearField(&to, field.ours);
    if (text.empty()) return {};
    TL_TRY(std::string sealed, seal(path, text));
    field.our->SetString(&to, field.ours, std::move(sealed));
    return {};
  }
  return EachWithin(to, from, field, path, [&](int index, const std::string& at) -> Result<void> {
    const Message& shown = At(from, *field.their, *field.theirs, index);
    Message& kept = MutableAt(to, *field.our, *field.ours, index);
    for (const TextField& inner : *field.within) {
      TL_TRY_VOID(SealField(shown, kept, inner, at + "." + inner.name, seal));
    }
    return {};
  });
}

Result<void> OpenField(const Message& from, const TextField& field, Message& to,
                       const std::string& path, const OpenText& open) {
  if (field.within == nullptr) {
    std::string unused;
    const std::string& sealed = field.our->GetStringReference(from, field.ours, &unused);
    if (sealed.empty()) return {};
    TL_TRY(std::string text, open(path, sealed));
    field.their->SetString(&to, field.theirs, std::move(text));
    return {};
  }
  return EachWithin(from, to, field, path, [&](int index, const std::string& at) -> Result<void> {
    const Message& kept = At(from, *field.our, *field.ours, index);
    Message& shown = MutableAt(to, *field.their, *field.theirs, index);
    for (const TextField& inner : *field.within) {
      TL_TRY_VOID(OpenField(kept, inner, shown, at + "." + inner.name, open));
    }
    return {};
  });
}

}  // namespace twinledger::engagement
