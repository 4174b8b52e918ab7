#include "risk/inputs/answers.h"

#include <algorithm>

namespace twinledger::risk {

std::optional<bool> IsYes(registry::events::v1::TriState answer) {
  if (answer == registry::events::v1::TRI_STATE_YES) return true;
  if (answer == registry::events::v1::TRI_STATE_NO) return false;
  return std::nullopt;
}

bool IsNamedUnknown(const RecordFields& fields, std::string_view path) {
  return std::ranges::find(fields.unknown_fields(), path) != fields.unknown_fields().end();
}

std::string NameBehind(std::string_view prefix, const std::string& name) {
  return name.substr(prefix.size());
}

void Say(std::string_view input, std::optional<bool> yes, Choices& choices) {
  if (yes) choices.emplace(input, *yes ? "YES" : "NO");
}

void AnyOf::Add(std::optional<bool> one) {
  some_ = some_ || one == true;
  open_ = open_ || !one;
}

std::optional<bool> AnyOf::answer() const {
  if (some_) return true;
  return open_ ? std::nullopt : std::optional(false);
}

}  // namespace twinledger::risk
