// Parses a filter by recursive descent: one function a rule of the grammar (filter.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/filter.h"
#include "platform/rpc/filter_node.h"

namespace twinledger::rpc {

// Threads: confined to one; for one text.
class FilterParser {
 public:
  // Both must outlive it.
  FilterParser(std::string_view text, const std::vector<FilterField>& fields);

  // REQUIRES: the text is not blank.
  Result<Filter::Node> Parse();

 private:
  struct Token {
    enum class Kind { kEnd, kWord, kString, kOperator, kOpen, kClose };
    Kind kind = Kind::kEnd;
    std::string text = {};
    std::size_t column = 0;  // From 1, in bytes.
  };

  Result<void> Advance();  // Makes the next token current.
  Result<void> ReadString();
  void ReadOperator();
  bool IsWord(std::string_view word) const;

  Result<Filter::Node> Expression(int depth);
  Result<Filter::Node> Factor(int depth);
  Result<Filter::Node> Comparison();
  Result<void> TakeLiteral(const FilterField& field, Filter::Node& node) const;

  Error Fault(std::size_t column, std::string_view what) const;

  const std::string_view text_;
  const std::vector<FilterField>& fields_;
  std::size_t next_ = 0;  // Of the byte behind the current token.
  Token current_;
  int comparisons_ = 0;
};

}  // namespace twinledger::rpc
