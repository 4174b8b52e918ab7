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
                                  Collection{"partner", "partners/"},
                                  Collection{"principal", "principals/"}};

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

std::string TextIn(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const bool is_text = field != nullptr && !field->is_repeated() &&
                       field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? message.GetReflection()->GetString(message, field) : "";
}

// The name of the record that a request carries, whatever its kind.
std::string NameInside(const Message& message) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const Message& inside = message.GetReflection()->GetMessage(message, field);
    if (std::string name = TextIn(inside, "name"); !name.empty()) return name;
  }
  return "";
}

std::string NameAskedFor(const Message& request) {
  for (const char* field : {"name", "parent"}) {
    if (std::string name = TextIn(request, field); !name.empty()) return name;
  }
  for (const auto& [type, plural] : kCollections) {
    if (const std::string id = TextIn(request, std::string(type) + "_id"); !id.empty()) {
      return plural + id;
    }
  }
  return NameInside(request);
}

}  // namespace

std::string RoutingKeyOfName(std::string_view name) {
  const std::optional<log::v1::EntityKey> entity = EntityOf(name);
  if (!entity) return "";
  return fmt::format("partition {}", log::PartitionOf(*entity, log::kPartitionsOnKafka));
}

std::string RoutingKeyOf(const Message& request) { return RoutingKeyOfName(NameAskedFor(request)); }

}  // namespace twinledger::client
