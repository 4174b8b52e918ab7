#include "platform/rpc/filter_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "platform/base/planted_bug.h"
#include "platform/base/whole_number.h"

namespace twinledger::rpc {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsWordByte(char c) {
  constexpr std::string_view kMarks = "._-+/@*";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 || kMarks.find(c) != std::string_view::npos;
}

std::optional<FilterOperator> OperatorOf(std::string_view text) {
  constexpr std::pair<std::string_view, FilterOperator> kOperators[] = {
      {"=", FilterOperator::kEqual},   {"!=", FilterOperator::kNotEqual},
      {"<", FilterOperator::kLess},    {"<=", FilterOperator::kAtMost},
      {">", FilterOperator::kGreater}, {">=", FilterOperator::kAtLeast},
      {":", FilterOperator::kHas},
  };
  for (const auto& [sign, operation] : kOperators) {
    if (sign == text) return operation;
  }
  return std::nullopt;
}

bool IsDateLiteral(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

std::string NamesOf(const std::vector<FilterField>& fields) {
  std::vector<std::string_view> names;
  names.reserve(fields.size());
  for (const FilterField& field : fields) names.push_back(field.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

FilterParser::FilterParser(std::string_view text, const std::vector<FilterField>& fields)
    : text_(text), fields_(fields) {}

Result<Filter::Node> FilterParser::Parse() {
  TL_TRY_VOID(Advance());
  TL_TRY(Filter::Node root, Expression(1));
  if (current_.kind != Token::Kind::kEnd) {
    return Fault(current_.column,
                 fmt::format("'{}' is not expected here: join comparisons by AND or "
                             "OR",
                             current_.text));
  }
  return root;
}

Result<void> FilterParser::Advance() {
  while (next_ < text_.size() && IsBlank(text_[next_])) ++next_;
  current_ = {.kind = Token::Kind::kEnd, .text = "the end", .column = next_ + 1};
  if (next_ == text_.size()) return {};
  const char c = text_[next_];
  if (c == '"') return ReadString();
  if (c == '(' || c == ')') {
    current_.kind = c == '(' ? Token::Kind::kOpen : Token::Kind::kClose;
    current_.text = std::string(1, c);
    ++next_;
    return {};
  }
  if (std::string_view("=!<>:").find(c) != std::string_view::npos) {
    ReadOperator();
    return {};
  }
  const std::size_t begin = next_;
  while (next_ < text_.size() && IsWordByte(text_[next_])) ++next_;
  if (begin == next_) {
    return Fault(begin + 1, "this character means nothing in a filter: put texts into \"quotes\"");
  }
  current_.kind = Token::Kind::kWord;
  current_.text = std::string(text_.substr(begin, next_ - begin));
  return {};
}

Result<void> FilterParser::ReadString() {
  const std::size_t begin = next_++;
  current_.kind = Token::Kind::kString;
  current_.text.clear();
  while (next_ < text_.size() && text_[next_] != '"') {
    if (text_[next_] == '\\') {
      ++next_;
      const bool at_end = next_ == text_.size() && !Planted(PlantedBug::kBackslashAtEnd);
      if (at_end || (text_[next_] != '"' && text_[next_] != '\\')) {
        return Fault(next_, "a backslash stands only before a quote or another backslash");
      }
    }
    current_.text += text_[next_++];
  }
  if (next_ == text_.size()) return Fault(begin + 1, "this quote is not closed");
  ++next_;
  return {};
}

void FilterParser::ReadOperator() {
  const bool pair = next_ + 1 < text_.size() && text_[next_ + 1] == '=' && text_[next_] != ':' &&
                    text_[next_] != '=';
  current_.kind = Token::Kind::kOperator;
  current_.text = std::string(text_.substr(next_, pair ? 2 : 1));
  next_ += current_.text.size();
}

bool FilterParser::IsWord(std::string_view word) const {
  return current_.kind == Token::Kind::kWord && current_.text == word;
}

Result<Filter::Node> FilterParser::Expression(int depth) {
  if (depth > kFilterDepthMax) {
    return Fault(current_.column,
                 fmt::format("more than {} levels of parentheses", kFilterDepthMax));
  }
  TL_TRY(Filter::Node first, Factor(depth));
  if (!IsWord("AND") && !IsWord("OR")) return first;
  const std::string join = current_.text;
  Filter::Node node{.kind = join == "AND" ? Filter::Node::Kind::kAnd : Filter::Node::Kind::kOr};
  node.children.push_back(std::move(first));
  while (IsWord(join)) {
    TL_TRY_VOID(Advance());
    TL_TRY(Filter::Node next, Factor(depth));
    node.children.push_back(std::move(next));
  }
  if (IsWord("AND") || IsWord("OR")) {
    return Fault(current_.column,
                 "AND and OR side by side: say with parentheses what belongs "
                 "together");
  }
  return node;
}

Result<Filter::Node> FilterParser::Factor(int depth) {
  if (IsWord("NOT")) {
    TL_TRY_VOID(Advance());
    if (IsWord("NOT")) return Fault(current_.column, "NOT stands once");
    TL_TRY(Filter::Node negated, Factor(depth));
    Filter::Node node{.kind = Filter::Node::Kind::kNot};
    node.children.push_back(std::move(negated));
    return node;
  }
  if (current_.kind != Token::Kind::kOpen) return Comparison();
  const std::size_t opened = current_.column;
  TL_TRY_VOID(Advance());
  TL_TRY(Filter::Node inner, Expression(depth + 1));
  if (current_.kind != Token::Kind::kClose) return Fault(opened, "this parenthesis is not closed");
  TL_TRY_VOID(Advance());
  return inner;
}

Result<Filter::Node> FilterParser::Comparison() {
  if (++comparisons_ > kFilterComparisonsMax) {
    return Fault(current_.column, fmt::format("more than {} comparisons", kFilterComparisonsMax));
  }
  const auto field = std::ranges::find(fields_, current_.text, &FilterField::name);
  if (current_.kind != Token::Kind::kWord || field == fields_.end()) {
    return Fault(current_.column, fmt::format("'{}' is no field: the fields are {}", current_.text,
                                              NamesOf(fields_)));
  }
  TL_TRY_VOID(Advance());
  const std::optional<FilterOperator> operation = OperatorOf(current_.text);
  if (current_.kind != Token::Kind::kOperator || !operation) {
    return Fault(current_.column,
                 fmt::format("'{}' is no comparison: write = != < <= > >= or :", current_.text));
  }
  Filter::Node node{.field = field->name, .field_kind = field->kind, .operation = *operation};
  const bool orders = *operation != FilterOperator::kEqual &&
                      *operation != FilterOperator::kNotEqual && *operation != FilterOperator::kHas;
  if (orders && field->kind == FieldKind::kEnum) {
    return Fault(current_.column, fmt::format("{} has no order: write = or !=", field->name));
  }
  TL_TRY_VOID(Advance());
  if (current_.kind != Token::Kind::kWord && current_.kind != Token::Kind::kString) {
    return Fault(current_.column, fmt::format("'{}' is no value", current_.text));
  }
  TL_TRY_VOID(TakeLiteral(*field, node));
  TL_TRY_VOID(Advance());
  return node;
}

Result<void> FilterParser::TakeLiteral(const FilterField& field, Filter::Node& node) const {
  node.literal = current_.text;
  if (current_.kind == Token::Kind::kWord && current_.text == "*") {
    node.is_known = node.operation == FilterOperator::kHas;
    if (node.is_known) return {};
    return Fault(current_.column, "* stands only behind ':'");
  }
  const std::string& text = current_.text;
  switch (field.kind) {
    case FieldKind::kText:
      if (node.operation != FilterOperator::kEqual && node.operation != FilterOperator::kNotEqual) {
        return {};
      }
      // No name begins otherwise: the answer would be none, or all.
      if (text.starts_with(field.collection)) return {};
      return Fault(current_.column, fmt::format("'{}' is no value of {}: write \"{}{}\"", text,
                                                field.name, field.collection, text));
    case FieldKind::kNumber: {
      const auto number = WholeNumber<decltype(node.number)>(text);
      if (!number) return Fault(current_.column, fmt::format("'{}' is no whole number", text));
      node.number = *number;
      return {};
    }
    case FieldKind::kDate:
      if (IsDateLiteral(text)) return {};
      return Fault(current_.column,
                   fmt::format("'{}' is no date: write 2026-11-25, 2026-11 or 2026", text));
    case FieldKind::kEnum:
      if (std::ranges::find(field.values, text) != field.values.end()) return {};
      return Fault(current_.column, fmt::format("'{}' is no value of {}: the values are {}", text,
                                                field.name, fmt::join(field.values, ", ")));
  }
  return {};
}

Error FilterParser::Fault(std::size_t column, std::string_view what) const {
  const std::string description = fmt::format("column {}: {}", column, what);
  return {.code = Code::kInvalidArgument,
          .message = "filter: " + description,
          .reason = "BAD_FILTER",
          .metadata = {{"column", std::to_string(column)}},
          .violations = {{"filter", description}}};
}

}  // namespace twinledger::rpc
