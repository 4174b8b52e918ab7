#include "platform/rpc/council_names.h"

#include <fmt/format.h>

namespace twinledger::rpc {
namespace {

constexpr std::string_view kCouncilPrefix = "councils/";

}  // namespace

std::string CouncilName(std::string_view council) {
  return fmt::format("{}{}", kCouncilPrefix, council);
}

std::string OwnedName(std::string_view council, std::string_view collection, std::string_view id) {
  return fmt::format("{}{}{}{}", kCouncilPrefix, council, collection, id);
}

std::string CouncilIdIn(std::string_view name) {
  if (!name.starts_with(kCouncilPrefix)) return {};
  return std::string(name.substr(kCouncilPrefix.size()));
}

Owned OwnedIn(std::string_view name, std::string_view collection) {
  const std::string rest = CouncilIdIn(name);
  const std::size_t middle = rest.find(collection);
  if (middle == std::string::npos) return {};
  return {rest.substr(0, middle), rest.substr(middle + collection.size())};
}

std::string ReadCouncilId(const FieldPath& field, std::string_view name, Violations& wrong) {
  if (!name.starts_with(kCouncilPrefix)) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, such as "
                                 "councils/wellington-city",
                                 name));
    return {};
  }
  std::string id = CouncilIdIn(name);
  wrong.Slug(field, id);
  return id;
}

Owned ReadOwned(const FieldPath& field, std::string_view name, std::string_view collection,
                Violations& wrong) {
  Owned owned = OwnedIn(name, collection);
  if (owned.council.empty() && owned.id.empty()) {
    wrong.Add(field, fmt::format("\"{}\": want councils/ and a council's id, then {} and a UUID",
                                 name, collection));
    return owned;
  }
  wrong.Slug(field, owned.council);
  wrong.Uuid(field, owned.id);
  return owned;
}

}  // namespace twinledger::rpc
