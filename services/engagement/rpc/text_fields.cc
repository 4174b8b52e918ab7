#include "engagement/rpc/text_fields.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engagement/domain/sealed_paths.h"
#include "engagement/rpc/paths.h"
#include "platform/base/check.h"
#include "platform/fields/field_trail.h"
#include "platform/fields/reflection_of.h"
#include "platform/fields/sealed_name.h"

namespace twinledger::engagement {
namespace {

using fields::FieldTrail;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using TextFields = std::vector<TextField>;

bool IsSealedText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_BYTES && fields::IsSealedName(field.name());
}

// Of a type of ours and the client's, and of those within them.
class TextTypes {
 public:
  TextTypes(const Descriptor& ours, const Descriptor& theirs)
      : trail_(ours, IsSealedText), all_(Of(trail_, theirs)) {}

  const TextFields& all() const { return all_; }

  const TextField* Find(std::string_view ours) const {
    const auto found =
        std::ranges::find(all_, ours, [](const TextField& field) { return field.ours->name(); });
    return found != all_.end() ? &*found : nullptr;
  }

 private:
  const TextFields& Of(const FieldTrail& ours, const Descriptor& theirs) {
    const auto [at, added] = known_.try_emplace({&ours, &theirs});
    TextFields& texts = at->second;
    if (!added) return texts;  // A type may hold itself.
    for (const FieldTrail::Step& step : ours.steps()) {
      std::string name = step.wanted ? fields::ClearName(step.field->name()) : step.field->name();
      const FieldDescriptor* const client = theirs.FindFieldByName(name);
      if (client == nullptr) continue;
      const TextFields* within = nullptr;
      if (!step.wanted) {
        TL_CHECK(client->message_type() != nullptr);
        within = &Of(*step.within, *client->message_type());
      }
      texts.push_back({.ours = step.field,
                       .theirs = client,
                       .our = &ours.reflection(),
                       .their = &fields::ReflectionOf(theirs),
                       .name = std::move(name),
                       .repeated = step.repeated,
                       .within = within});
    }
    return texts;
  }

  const FieldTrail trail_;
  std::map<std::pair<const FieldTrail*, const Descriptor*>, TextFields> known_;
  const TextFields& all_;
};

const TextTypes& OfRecord() {
  static const TextTypes types(*RecordFields::descriptor(), *v1::Record::descriptor());
  return types;
}

using TextPathsByOurs = std::unordered_map<std::string, TextPath>;

TextPathsByOurs AllTextPaths() {
  TextPathsByOurs paths;
  const auto add = [&](const std::string& ours, const TextField* content, const TextField& field) {
    paths.emplace(ours, TextPath{TheirPath(ours), content, &field});
  };
  for (const TextField& field : OfRecord().all()) {
    if (field.ours->containing_oneof() == nullptr) {
      add(field.ours->name(), nullptr, field);
      continue;
    }
    for (const TextField& inner : *field.within) {
      add(field.ours->name() + "." + inner.ours->name(), &field, inner);
    }
  }
  return paths;
}

using ByContent = std::map<RecordFields::ContentCase, std::vector<std::string>>;

ByContent AllByContent() {
  ByContent found;
  const auto add = [&](RecordFields::ContentCase content) {
    std::vector<std::string>& paths = found[content];
    for (const std::string& path : PathsOf(content)) {
      if (FindTextPath(path) != nullptr) paths.push_back(path);
    }
  };
  add(RecordFields::CONTENT_NOT_SET);
  const auto& type = *RecordFields::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const bool content = type.field(i)->containing_oneof() != nullptr;
    if (content) add(static_cast<RecordFields::ContentCase>(type.field(i)->number()));
  }
  return found;
}

}  // namespace

const Message& TextPath::In(const RecordFields& kept) const {
  return content == nullptr ? kept : content->our->GetMessage(kept, content->ours);
}

const Message& TextPath::In(const v1::Record& shown) const {
  return content == nullptr ? shown : content->their->GetMessage(shown, content->theirs);
}

Message& TextPath::MutableIn(RecordFields& kept) const {
  return content == nullptr ? kept : *content->our->MutableMessage(&kept, content->ours);
}

Message& TextPath::MutableIn(v1::Record& shown) const {
  return content == nullptr ? shown : *content->their->MutableMessage(&shown, content->theirs);
}

const TextPath* FindTextPath(const std::string& ours) {
  static const TextPathsByOurs paths = AllTextPaths();
  const auto found = paths.find(ours);
  return found != paths.end() ? &found->second : nullptr;
}

const std::vector<std::string>& TextPathsOf(RecordFields::ContentCase content) {
  static const ByContent paths = AllByContent();
  return paths.at(content);
}

const TextField& EvidenceTexts() {
  static const TextField& evidence = *OfRecord().Find("evidence");
  return evidence;
}

const TextField& CheckEvidenceTexts() {
  static const TextTypes of_row(*state::v1::RecordRow::descriptor(), *v1::Record::descriptor());
  static const TextField& evidence = *of_row.Find(kCheckEvidencePath);
  return evidence;
}

}  // namespace twinledger::engagement
