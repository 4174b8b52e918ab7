#include "engagement/rpc/paths.h"

#include <google/protobuf/descriptor.h>

#include "platform/fields/sealed_name.h"

namespace twinledger::engagement {

std::string OurPath(RecordFields::ContentCase content, std::string_view theirs) {
  if (theirs == "relationship") return "relationship_id";
  std::string sealed = fields::SealedName(theirs);
  return HasPath(content, sealed) ? sealed : std::string(theirs);
}

std::string TheirPath(std::string_view ours) {
  if (ours == "relationship_id") return "relationship";
  return fields::ClearName(ours);
}

std::vector<std::string> AmendablePaths(RecordFields::ContentCase content) {
  std::vector<std::string> paths;
  for (const std::string& path : PathsOf(content)) paths.push_back(TheirPath(path));
  return paths;
}

RecordFields::ContentCase ContentNamed(std::string_view name) {
  const auto* field = RecordFields::descriptor()->FindFieldByName(std::string(name));
  if (field == nullptr || field->containing_oneof() == nullptr) {
    return RecordFields::CONTENT_NOT_SET;
  }
  return static_cast<RecordFields::ContentCase>(field->number());
}

}  // namespace twinledger::engagement
