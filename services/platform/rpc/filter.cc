#include "platform/rpc/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/rpc/filter_node.h"
#include "platform/rpc/filter_parser.h"

namespace twinledger::rpc {
namespace {

using Node = Filter::Node;

constexpr std::string_view kBlanks = " \t\r\n";

template <class Value>
bool Compares(FilterOperator operation, const Value& left, const Value& right) {
  switch (operation) {
    case FilterOperator::kEqual:
    case FilterOperator::kHas:
      return left == right;
    case FilterOperator::kNotEqual:
      return left != right;
    case FilterOperator::kLess:
      return left < right;
    case FilterOperator::kAtMost:
      return left <= right;
    case FilterOperator::kGreater:
      return left > right;
    case FilterOperator::kAtLeast:
      return left >= right;
  }
  return false;
}

bool MatchesComparison(const Node& node, const FieldOf& row) {
  const std::optional<std::string> value = row(node.field);
  if (!value) return false;
  if (node.is_known) return true;
  if (node.field_kind == FieldKind::kNumber) {
    std::int64_t number = 0;
    std::from_chars(value->data(), value->data() + value->size(), number);
    return Compares(node.operation, number, node.number);
  }
  if (node.operation == FilterOperator::kHas) {
    if (node.field_kind == FieldKind::kDate) return value->starts_with(node.literal);
    if (node.field_kind == FieldKind::kText) {
      return value->find(node.literal) != std::string::npos;
    }
  }
  return Compares(node.operation, *value, node.literal);
}

bool MatchesNode(const Node& node, const FieldOf& row) {
  const auto matches = [&](const Node& child) { return MatchesNode(child, row); };
  switch (node.kind) {
    case Node::Kind::kComparison:
      return MatchesComparison(node, row);
    case Node::Kind::kAnd:
      return std::ranges::all_of(node.children, matches);
    case Node::Kind::kOr:
      return std::ranges::any_of(node.children, matches);
    case Node::Kind::kNot:
      return !MatchesNode(node.children.front(), row);
  }
  return false;
}

Error BadOrder(std::string description) {
  return {.code = Code::kInvalidArgument,
          .message = "order_by: " + description,
          .reason = "BAD_ORDER",
          .violations = {{"order_by", description}}};
}

// The next word of `text`, which loses it.
std::string_view NextWord(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

Filter::Filter(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

Result<Filter> Filter::Parse(std::string_view text, const std::vector<FilterField>& fields) {
  if (text.size() > kFilterBytesMax) {
    const std::string description =
        fmt::format("has {} bytes: write at most {}", text.size(), kFilterBytesMax);
    return Error{.code = Code::kInvalidArgument,
                 .message = "filter: " + description,
                 .reason = "BAD_FILTER",
                 .metadata = {{"bytesMax", std::to_string(kFilterBytesMax)}},
                 .violations = {{"filter", description}}};
  }
  if (text.find_first_not_of(kBlanks) == std::string_view::npos) return Filter(nullptr);
  TL_TRY(Node root, FilterParser(text, fields).Parse());
  return Filter(std::make_shared<const Node>(std::move(root)));
}

bool Filter::Matches(const FieldOf& row) const {
  return root_ == nullptr || MatchesNode(*root_, row);
}

std::optional<std::string> Filter::RequiredValue(std::string_view field) const {
  const auto requires_it = [&](const Node& node) {
    return node.kind == Node::Kind::kComparison && node.field == field &&
           node.operation == FilterOperator::kEqual;
  };
  if (root_ == nullptr) return std::nullopt;
  if (requires_it(*root_)) return root_->literal;
  if (root_->kind != Node::Kind::kAnd) return std::nullopt;
  const auto found = std::ranges::find_if(root_->children, requires_it);
  if (found == root_->children.end()) return std::nullopt;
  return found->literal;
}

Result<std::vector<OrderField>> ParseOrder(std::string_view text,
                                           const std::vector<std::string>& fields) {
  std::vector<OrderField> order;
  if (text.find_first_not_of(kBlanks) == std::string_view::npos) return order;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    const std::string_view name = NextWord(part);
    const std::string_view direction = NextWord(part);
    if (std::ranges::find(fields, name) == fields.end()) {
      return BadOrder(fmt::format("'{}' is no field to order by: the fields are {}", name,
                                  fmt::join(fields, ", ")));
    }
    if ((!direction.empty() && direction != "desc") || !NextWord(part).empty()) {
      return BadOrder(fmt::format("behind '{}' stands nothing, or desc", name));
    }
    if (std::ranges::find(order, name, &OrderField::name) != order.end()) {
      return BadOrder(fmt::format("'{}' stands twice", name));
    }
    order.push_back({.name = std::string(name), .descending = !direction.empty()});
    if (order.size() > kOrderFieldsMax) {
      return BadOrder(fmt::format("has more than {} fields", kOrderFieldsMax));
    }
    if (comma == text.size()) return order;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace twinledger::rpc
