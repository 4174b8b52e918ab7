// Filters (AIP-160, a part of it) and orders of lists. Pure.
//
//   filter     = [ expression ]
//   expression = factor ( *( "AND" factor ) / *( "OR" factor ) )
//   factor     = [ "NOT" ] ( "(" expression ")" / comparison )
//   comparison = field ( "=" / "!=" / "<" / "<=" / ">" / ">=" / ":" ) literal
//   literal    = word / string          word: letters, digits, bytes above 7F and . _ - + / @ *
//   string     = '"' *( any but '"' and '\' / '\"' / '\\' ) '"'
//
//   kind = CITY AND (region = "Otago" OR population >= 100000) AND NOT seat:"dunedin"
//
// AND and OR side by side need parentheses: AIP-160 binds OR closer, most people AND. `:` means
// "has": a text contains the literal, a date begins with it, an enumeration is it; `field:*` means
// that the field is known. A comparison with what is not known is false, "!=" too.
//
//   order_by = [ field [ " desc" ] *( "," field [ " desc" ] ) ]
//
// What a service can filter by it says in a list of fields; an error names the column of the fault.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::rpc {

inline constexpr std::size_t kFilterBytesMax = 4096;
inline constexpr int kFilterDepthMax = 16;
inline constexpr int kFilterComparisonsMax = 64;
inline constexpr int kOrderFieldsMax = 4;

// Dates compare as text does: 2024-05 is after 2024 and before 2024-06-01.
enum class FieldKind { kText, kNumber, kDate, kEnum };

struct FilterField {
  std::string name;  // As people write it: "population".
  FieldKind kind = FieldKind::kText;
  std::vector<std::string> values = {};  // Of kEnum.
  std::string collection = {};           // Of resource names: "councils/"; else empty.
};

// What a row has in a field, as text: a number as decimal digits. Nothing where it is not known.
using FieldOf = std::function<std::optional<std::string>(std::string_view field)>;

// Threads: immutable, thread-safe.
class Filter {
 public:
  // INVALID_ARGUMENT, reason BAD_FILTER.
  static Result<Filter> Parse(std::string_view text, const std::vector<FilterField>& fields);

  bool Matches(const FieldOf& row) const;

  // The value that `field` must equal in every match, if the filter says so: for a lookup in place
  // of a scan.
  std::optional<std::string> RequiredValue(std::string_view field) const;

  struct Node;

 private:
  explicit Filter(std::shared_ptr<const Node> root);
  std::shared_ptr<const Node> root_;  // Shared by copies: immutable. Null matches all.
};

struct OrderField {
  std::string name;
  bool descending = false;

  friend bool operator==(const OrderField&, const OrderField&) = default;
};

// INVALID_ARGUMENT, reason BAD_ORDER. Empty for an empty text.
Result<std::vector<OrderField>> ParseOrder(std::string_view text,
                                           const std::vector<std::string>& fields);

}  // namespace twinledger::rpc
