#include "platform/projection/events_of.h"

#include <string>

namespace twinledger::projection {

std::optional<Unapplicable> OfAnotherEntity(const log::v1::Commit& commit, std::string_view type,
                                            std::string_view id) {
  const log::v1::EntityKey& key = commit.key();
  if (key.type() == type && key.id() == id) return std::nullopt;
  return Unapplicable{"event of " + std::string(type) + "/" + std::string(id) + " in a commit of " +
                      key.type() + "/" + key.id()};
}

}  // namespace twinledger::projection
