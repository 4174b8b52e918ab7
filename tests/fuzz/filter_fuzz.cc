// Filters and orders of lists, as people write them: refused with the column of the fault, or a
// tree that is the same once it is written down and read again, and whose negation matches what it
// does not.
#include <map>
#include <string>

#include "platform/base/check.h"
#include "platform/rpc/filter.h"
#include "platform/rpc/filter_node.h"
#include "platform/rpc/filter_parser.h"
#include "tests/fuzz/fuzz_target.h"

namespace twinledger::rpc {
namespace {

const std::vector<FilterField>& Fields() {
  static const std::vector<FilterField> fields = {
      {"kind", FieldKind::kEnum, {"CITY", "DISTRICT"}},
      {"region", FieldKind::kText},
      {"population", FieldKind::kNumber},
      {"since", FieldKind::kDate},
      {"partner", FieldKind::kText, {}, "partners/"},
  };
  return fields;
}

// Of its partner nothing is known.
std::optional<std::string> Row(std::string_view field) {
  static const std::map<std::string, std::string, std::less<>> row{
      {"kind", "CITY"}, {"region", "Otago"}, {"population", "134600"}, {"since", "1974-05"}};
  const auto found = row.find(field);
  return found == row.end() ? std::nullopt : std::optional(found->second);
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string Written(const Filter::Node& node) {
  constexpr std::string_view kSigns[] = {"=", "!=", "<", "<=", ">", ">=", ":"};
  if (node.kind == Filter::Node::Kind::kComparison) {
    return node.field + std::string(kSigns[static_cast<std::size_t>(node.operation)]) +
           (node.is_known ? "*" : Quoted(node.literal));
  }
  if (node.kind == Filter::Node::Kind::kNot) return "NOT (" + Written(node.children.front()) + ")";
  std::string text;
  for (const Filter::Node& child : node.children) {
    if (!text.empty()) text += node.kind == Filter::Node::Kind::kAnd ? " AND " : " OR ";
    text += "(" + Written(child) + ")";
  }
  return text;
}

// What is written has more parentheses than what was read, so it may be too deep or too long.
void CheckWritten(std::string_view text) {
  const auto root = FilterParser(text, Fields()).Parse();
  if (!root.ok()) return;
  const std::string written = Written(*root);
  const auto again = FilterParser(written, Fields()).Parse();
  if (!again.ok()) {
    TL_CHECK(again.error().message.find("levels of parentheses") != std::string::npos);
    return;
  }
  TL_CHECK(Written(*again) == written);
}

void CheckNegation(const Filter& filter, std::string_view text) {
  const auto negated = Filter::Parse("NOT (" + std::string(text) + ")", Fields());
  if (!negated.ok()) return;
  TL_CHECK(negated->Matches(Row) != filter.Matches(Row));
}

}  // namespace
}  // namespace twinledger::rpc

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kBackslashAtEnd;

void twinledger::testing::FuzzOne(std::string_view input) {
  const auto order = rpc::ParseOrder(input, {"kind", "region", "population"});
  TL_CHECK(!order.ok() || order->size() <= rpc::kOrderFieldsMax);
  const auto filter = rpc::Filter::Parse(input, rpc::Fields());
  if (!filter.ok()) {
    TL_CHECK(!filter.error().violations.empty());
    return;
  }
  const auto required = filter->RequiredValue("region");
  TL_CHECK(!filter->Matches(rpc::Row) || !required || *required == "Otago");
  rpc::CheckNegation(*filter, input);
  rpc::CheckWritten(input);
}
