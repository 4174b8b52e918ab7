// Names of councils and of what they have, as clients write them (AIP-122):
//
//   councils/{slug}      councils/{slug}/records/{uuid}
//
// `collection` is what stands between both ids: "/records/".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/rpc/violations.h"

namespace twinledger::rpc {

// A council's id, and the id of what it has. Both are empty where a name is of no such form.
struct Owned {
  std::string council;
  std::string id;
};

std::string CouncilName(std::string_view council);
std::string OwnedName(std::string_view council, std::string_view collection, std::string_view id);

// What stands behind "councils/"; empty where that is not what the name begins with.
std::string CouncilIdIn(std::string_view name);
Owned OwnedIn(std::string_view name, std::string_view collection);

// What is wrong with the name is added to `wrong`.
std::string ReadCouncilId(const FieldPath& field, std::string_view name, Violations& wrong);
Owned ReadOwned(const FieldPath& field, std::string_view name, std::string_view collection,
                Violations& wrong);

}  // namespace twinledger::rpc
