// What records answer, in the words of rules: yes, no, or nothing where it is not known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "risk/domain/shapes.h"
#include "twinledger/engagement/events/v1/records.pb.h"
#include "twinledger/registry/events/v1/facts.pb.h"

namespace twinledger::risk {

using engagement::events::v1::RecordFields;

std::optional<bool> IsYes(registry::events::v1::TriState answer);

// Whether the record says of a path that nobody could find it out.
bool IsNamedUnknown(const RecordFields& fields, std::string_view path);

// "GIFT_KIND_CASH" is "CASH" behind "GIFT_KIND_".
std::string NameBehind(std::string_view prefix, const std::string& name);

// Adds YES or NO; nothing where it is not known.
void Say(std::string_view input, std::optional<bool> yes, Choices& choices);

// Whether one of all is so: one is enough, and none must be open to deny it.
// Threads: confined to one.
class AnyOf {
 public:
  void Add(std::optional<bool> one);
  std::optional<bool> answer() const;

 private:
  bool some_ = false;
  bool open_ = false;
};

}  // namespace twinledger::risk
