// The name of a field within a message, "record.gift.value": put together only where something is
// wrong with the field, which most are looked at without.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace twinledger::fields {

// Refers to what it is made of, which must outlive it: an argument, and no value to keep. Threads:
// immutable.
class FieldPath {
 public:
  template <std::convertible_to<std::string_view> Name>
  FieldPath(const Name& name) : name_(name) {}  // NOLINT(google-explicit-constructor)

  // A field of the message `in`, and an element of the list `in`: "record.travel.stops[0]".
  FieldPath(const FieldPath& in, std::string_view name) : in_(&in), name_(name) {}
  FieldPath(const FieldPath& in, int index) : in_(&in), index_(index) {}

  std::string Text() const;

 private:
  const FieldPath* in_ = nullptr;
  std::string_view name_;
  int index_ = -1;
};

}  // namespace twinledger::fields
