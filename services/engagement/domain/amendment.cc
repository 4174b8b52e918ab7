#include "engagement/domain/amendment.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "platform/base/check.h"
#include "platform/fields/field_paths.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* ContentField(RecordFields::ContentCase content) {
  if (content == RecordFields::CONTENT_NOT_SET) return nullptr;
  return RecordFields::descriptor()->FindFieldByNumber(content);
}

bool IsContent(const FieldDescriptor& field) { return field.containing_oneof() != nullptr; }

// The field behind the name of the content, or nothing.
std::string_view Below(std::string_view content, std::string_view path) {
  if (content.empty() || !path.starts_with(content)) return {};
  path.remove_prefix(content.size());
  return path.starts_with('.') ? path.substr(1) : std::string_view();
}

const Message& ContentOf(const RecordFields& fields, const FieldDescriptor& content) {
  return fields.GetReflection()->GetMessage(fields, &content);
}

}  // namespace

std::string NameOf(RecordFields::ContentCase content) {
  const FieldDescriptor* field = ContentField(content);
  return field == nullptr ? std::string() : field->name();
}

std::vector<std::string> PathsOf(RecordFields::ContentCase content) {
  std::vector<std::string> paths;
  const auto& type = *RecordFields::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsContent(*type.field(i))) paths.push_back(type.field(i)->name());
  }
  const FieldDescriptor* field = ContentField(content);
  for (int i = 0; field != nullptr && i < field->message_type()->field_count(); ++i) {
    paths.push_back(field->name() + "." + field->message_type()->field(i)->name());
  }
  return paths;
}

bool HasPath(RecordFields::ContentCase content, std::string_view path) {
  if (const FieldDescriptor* field = ContentField(content)) {
    const std::string_view below = Below(field->name(), path);
    if (!below.empty()) {
      return field->message_type()->FindFieldByName(std::string(below)) != nullptr;
    }
  }
  const FieldDescriptor* top = RecordFields::descriptor()->FindFieldByName(std::string(path));
  return top != nullptr && !IsContent(*top);
}

std::vector<std::string> DifferingPaths(const RecordFields& a, const RecordFields& b) {
  std::vector<std::string> paths;
  for (const std::string& path : PathsOf(RecordFields::CONTENT_NOT_SET)) {
    if (!fields::Equal(a, b, path)) paths.push_back(path);
  }
  if (a.content_case() != b.content_case()) {
    const bool gone = b.content_case() == RecordFields::CONTENT_NOT_SET;
    paths.push_back(NameOf(gone ? a.content_case() : b.content_case()));
    return paths;
  }
  const FieldDescriptor* field = ContentField(a.content_case());
  if (field == nullptr) return paths;
  for (const std::string& path :
       fields::DifferingPaths(ContentOf(a, *field), ContentOf(b, *field))) {
    paths.push_back(field->name() + "." + path);
  }
  return paths;
}

void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to) {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return fields::Copy(from, path, to);
  const FieldDescriptor* content =
      RecordFields::descriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  TL_CHECK(content != nullptr && IsContent(*content));
  TL_CHECK(to.content_case() == RecordFields::CONTENT_NOT_SET ||
           to.content_case() == content->number());
  Message* const target = to.GetReflection()->MutableMessage(&to, content);
  fields::Copy(ContentOf(from, *content), path.substr(dot + 1), *target);
}

Amendment Amend(const RecordFields& current, const RecordFields& wished,
                const std::vector<std::string>& paths) {
  Amendment amendment{current, {}, {}};
  for (const std::string& path : paths) CopyPath(wished, path, amendment.result);
  amendment.paths = DifferingPaths(current, amendment.result);
  for (const std::string& path : amendment.paths) {
    CopyPath(amendment.result, path, amendment.values);
  }
  return amendment;
}

}  // namespace twinledger::engagement
