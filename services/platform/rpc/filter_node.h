// The tree of a parsed filter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/rpc/filter.h"

namespace twinledger::rpc {

enum class FilterOperator { kEqual, kNotEqual, kLess, kAtMost, kGreater, kAtLeast, kHas };

struct Filter::Node {
  enum class Kind { kComparison, kAnd, kOr, kNot };
  Kind kind = Kind::kComparison;

  std::vector<Node> children = {};  // Of kAnd, kOr: one or more; of kNot: one.

  // Of kComparison.
  std::string field = {};
  FieldKind field_kind = FieldKind::kText;
  FilterOperator operation = FilterOperator::kEqual;
  std::string literal = {};
  std::int64_t number = 0;  // Of kNumber.
  bool is_known = false;    // field:*
};

}  // namespace twinledger::rpc
