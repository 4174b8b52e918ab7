// StrongId: text that identifies one kind of thing, so that a council's id is never passed for a
// partner's.
//
//   using CouncilId = StrongId<struct CouncilTag>;
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace twinledger {

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  std::string value_;
};

}  // namespace twinledger

template <class Tag>
struct std::hash<twinledger::StrongId<Tag>> {
  std::size_t operator()(const twinledger::StrongId<Tag>& id) const {
    return std::hash<std::string>()(id.value());
  }
};
