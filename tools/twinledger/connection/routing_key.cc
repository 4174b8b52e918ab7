#include "twinledger/connection/routing_key.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "platform/log/founding.h"
#include "platform/log/partition.h"

namespace twinledger::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

struct Collection {
  const char* type;    // Of the entity's key, and of fields.
  const char* plural;  // In resource names.
};
constexpr std::array kCollections{Collection{"council", "councils/"},
                                  Collection{"partner", "partners/"}};

std::optional<log::v1::EntityKey> EntityOf(std::string_view name) {
  for (const auto& [type, plural] : kCollections) {
    if (!name.starts_with(plural)) continue;
    const std::string_view rest = name.substr(std::string_view(plural).size());
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (id.empty() || id == "-") return std::nullopt;  // "-" is all of them.
    log::v1::EntityKey key;
    key.set_type(type);
    key.set_id(std::string(id));
    return key;
  }
  return std::nullopt;
}

const FieldDescriptor* FieldOf(const Message& message, const std::string& name,
                               FieldDescriptor::CppType type) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const bool fits = field != nullptr && !field->is_repeated() && field->cpp_type() == type;
  return fits ? field : nullptr;
}

std::string TextIn(const Message& message, const std::string& name) {
  const FieldDescriptor* field = FieldOf(message, name, FieldDescriptor::CPPTYPE_STRING);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// The name of the record that a request carries, in its field `type`.
std::string NameInside(const Message& message, const std::string& type) {
  const FieldDescriptor* field = FieldOf(message, type, FieldDescriptor::CPPTYPE_MESSAGE);
  if (field == nullptr) return "";
  return TextIn(message.GetReflection()->GetMessage(message, field), "name");
}

std::string NameAskedFor(const Message& request) {
  for (const char* field : {"name", "parent"}) {
    if (std::string name = TextIn(request, field); !name.empty()) return name;
  }
  for (const auto& [type, plural] : kCollections) {
    if (const std::string id = TextIn(request, std::string(type) + "_id"); !id.empty()) {
      return plural + id;
    }
    if (std::string name = NameInside(request, type); !name.empty()) return name;
  }
  return NameInside(request, "relationship");
}

}  // namespace

std::string RoutingKeyOfName(std::string_view name) {
  const std::optional<log::v1::EntityKey> entity = EntityOf(name);
  if (!entity) return "";
  return fmt::format("partition {}", log::PartitionOf(*entity, log::kPartitionsDefault));
}

std::string RoutingKeyOf(const Message& request) { return RoutingKeyOfName(NameAskedFor(request)); }

}  // namespace twinledger::client
