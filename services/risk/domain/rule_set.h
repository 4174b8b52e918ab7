// A rule set that was checked whole, ready to score by. Nothing in the engine knows a point, a
// half-life, a cap or a line by itself: all come from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "risk/domain/day.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

// One indicator, with what it is looked up by.
struct IndicatorRule {
  const v1::Indicator* data = nullptr;
  std::size_t category = 0;  // Its place among the rule set's categories.
  std::map<std::string_view, const v1::Case*> cases = {};
  std::map<std::string_view, std::int64_t> factors = {};  // Permille, by mitigation.

  const std::string& id() const { return data->id(); }
  bool on_curve() const { return data->has_value_curve(); }
};

// Threads: immutable.
class Rules {
 public:
  // Of protobuf's text format. INVALID_ARGUMENT, reason RULE_SET_INVALID, with every place that is
  // wrong: a line and column of `name` where it is no such text, else a field.
  static Result<Rules> Parse(const std::string& text, const std::string& name);
  static Result<Rules> Of(v1::RuleSet set);

  const v1::RuleSet& set() const { return *set_; }
  const std::string& digest() const { return digest_; }  // SHA-256 of its canonical JSON.
  const std::vector<IndicatorRule>& indicators() const { return indicators_; }
  const std::vector<Day>& holidays() const { return holidays_; }

  // Its place among `indicators`, and the mitigation; nothing where there is none.
  const IndicatorRule* Find(std::string_view indicator) const;
  const v1::Mitigation* FindMitigation(std::string_view id) const;

 private:
  explicit Rules(v1::RuleSet set);

  std::unique_ptr<const v1::RuleSet> set_;  // What the rest points into.
  std::string digest_;
  std::vector<IndicatorRule> indicators_;
  std::map<std::string_view, std::size_t> places_;
  std::map<std::string_view, const v1::Mitigation*> mitigations_;
  std::vector<Day> holidays_;
};

}  // namespace twinledger::risk
