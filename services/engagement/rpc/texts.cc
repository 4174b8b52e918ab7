#include "engagement/rpc/texts.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "engagement/projection/engagement_projection.h"
#include "platform/base/check.h"
#include "platform/crypto/uuid5.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kUnsealedMark = '\0';  // A sealed field begins with its version, 1.

// Names (RFC 4122, 4.3) of the subjects of records: two councils may have chosen one UUID.
constexpr std::string_view kSubjectNamespace = "6d0c3a55-8f5e-4a3c-9f43-6a1f5d1c7e02";

bool IsSealedText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_BYTES && fields::IsSealedName(field.name());
}

using Fields = std::unordered_set<const FieldDescriptor*>;

// Adds the fields of `type` that may hold a text, and those of the messages within it.
bool AddTextFields(const Descriptor& type, Fields& fields) {
  bool any = false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool within =
        field.message_type() != nullptr && AddTextFields(*field.message_type(), fields);
    if (!within && !IsSealedText(field)) continue;
    fields.insert(&field);
    any = true;
  }
  return any;
}

Fields TextFields() {
  Fields fields;
  AddTextFields(*state::v1::RecordRow::descriptor(), fields);
  return fields;
}

std::string ClearName(const FieldDescriptor& ours) {
  return IsSealedText(ours) ? fields::ClearName(ours.name()) : ours.name();
}

// "IN_CONFIDENCE"; empty for a record without one.
std::string_view MarkingText(events::v1::Marking marking) {
  if (marking == events::v1::MARKING_UNSPECIFIED) return {};
  std::string_view name = events::v1::Marking_Name(marking);
  name.remove_prefix(std::min(name.size(), std::string_view("MARKING_").size()));
  return name;
}

// Calls `visit` for the field's messages, or each of its list: ours, theirs and their path.
template <class Visit>
Result<void> EachWithin(const Message& ours_in, const FieldDescriptor& ours,
                        const Message& theirs_in, const FieldDescriptor& theirs,
                        const std::string& path, const Visit& visit) {
  const auto& our = *ours_in.GetReflection();
  const auto& their = *theirs_in.GetReflection();
  if (!ours.is_repeated()) {
    if (!our.HasField(ours_in, &ours)) return {};
    return visit(our.GetMessage(ours_in, &ours), their.GetMessage(theirs_in, &theirs), -1, path);
  }
  TL_CHECK(our.FieldSize(ours_in, &ours) == their.FieldSize(theirs_in, &theirs));
  for (int i = 0; i < our.FieldSize(ours_in, &ours); ++i) {
    TL_TRY_VOID(visit(our.GetRepeatedMessage(ours_in, &ours, i),
                      their.GetRepeatedMessage(theirs_in, &theirs, i), i,
                      fmt::format("{}[{}]", path, i)));
  }
  return {};
}

Message& MutableAt(Message& message, const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
  return index < 0 ? *reflection.MutableMessage(&message, &field)
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
      TL_TRY(keyring::Sealer first, texts.keyring_.SealerFor(texts.subject_, path));
      sealer = std::make_shared<const keyring::Sealer>(std::move(first));
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

bool MayHoldText(const FieldDescriptor& ours) {
  static const Fields fields = TextFields();
  return fields.contains(&ours);
}

Result<void> SealField(const Message& from, Message& to, const FieldDescriptor& ours,
                       const std::string& path, const SealText& seal) {
  if (!MayHoldText(ours)) return {};
  const FieldDescriptor* theirs = from.GetDescriptor()->FindFieldByName(ClearName(ours));
  if (theirs == nullptr) return {};
  if (IsSealedText(ours)) {
    const std::string text = from.GetReflection()->GetString(from, theirs);
    to.GetReflection()->ClearField(&to, &ours);
    if (text.empty()) return {};
    TL_TRY(std::string sealed, seal(path, text));
    to.GetReflection()->SetString(&to, &ours, std::move(sealed));
    return {};
  }
  return EachWithin(to, ours, from, *theirs, path,
                    [&](const Message& kept, const Message& shown, int index,
                        const std::string& at) -> Result<void> {
                      const auto& type = *kept.GetDescriptor();
                      for (int i = 0; i < type.field_count(); ++i) {
                        if (!MayHoldText(*type.field(i))) continue;
                        TL_TRY_VOID(SealField(shown, MutableAt(to, ours, index), *type.field(i),
                                              at + "." + ClearName(*type.field(i)), seal));
                      }
                      return {};
                    });
}

Result<void> OpenField(const Message& from, const FieldDescriptor& ours, Message& to,
                       const std::string& path, const OpenText& open) {
  if (!MayHoldText(ours)) return {};
  const FieldDescriptor* theirs = to.GetDescriptor()->FindFieldByName(ClearName(ours));
  if (theirs == nullptr) return {};
  if (IsSealedText(ours)) {
    const std::string sealed = from.GetReflection()->GetString(from, &ours);
    if (sealed.empty()) return {};
    TL_TRY(std::string text, open(path, sealed));
    to.GetReflection()->SetString(&to, theirs, std::move(text));
    return {};
  }
  return EachWithin(
      from, ours, to, *theirs, path,
      [&](const Message& kept, const Message&, int index, const std::string& at) -> Result<void> {
        const auto& type = *kept.GetDescriptor();
        for (int i = 0; i < type.field_count(); ++i) {
          if (!MayHoldText(*type.field(i))) continue;
          TL_TRY_VOID(OpenField(kept, *type.field(i), MutableAt(to, *theirs, index),
                                at + "." + ClearName(*type.field(i)), open));
        }
        return {};
      });
}

}  // namespace twinledger::engagement
