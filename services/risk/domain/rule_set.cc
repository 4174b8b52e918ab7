#include "risk/domain/rule_set.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <utility>

#include "risk/domain/canonical_json.h"
#include "risk/domain/findings.h"
#include "risk/domain/rule_set_check.h"

namespace twinledger::risk {
namespace {

constexpr std::string_view kReason = "RULE_SET_INVALID";

// Lines and columns from 1, as editors count them.
class Collector final : public google::protobuf::io::ErrorCollector {
 public:
  Collector(std::string name, Findings& findings) : name_(std::move(name)), findings_(findings) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    findings_.Add(fmt::format("{}:{}:{}", name_, line + 1, column + 1), message);
  }

 private:
  std::string name_;
  Findings& findings_;
};

}  // namespace

Result<Rules> Rules::Parse(const std::string& text, const std::string& name) {
  v1::RuleSet set;
  Findings findings;
  Collector collector(name, findings);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (!parser.ParseFromString(text, &set) && findings.empty()) {
    findings.Add(name, "is no rule set: give one in protobuf's text format");
  }
  TL_TRY_VOID(findings.Verdict(kReason, name + " is no rule set"));
  return Of(std::move(set));
}

Result<Rules> Rules::Of(v1::RuleSet set) {
  Findings findings;
  CheckRuleSet(set, findings);
  TL_TRY_VOID(findings.Verdict(kReason, "the rule set cannot be used"));
  return Rules(std::move(set));
}

Rules::Rules(v1::RuleSet set)
    : set_(std::make_unique<const v1::RuleSet>(std::move(set))), digest_(CanonicalDigest(*set_)) {
  std::map<std::string_view, std::size_t> categories;
  for (const v1::Category& category : set_->categories()) {
    categories.emplace(category.id(), categories.size());
  }
  for (const v1::Indicator& indicator : set_->indicators()) {
    IndicatorRule rule{.data = &indicator,
                       .category = categories.at(std::string_view(indicator.id()).substr(0, 1))};
    for (const v1::Case& one : indicator.cases()) rule.cases.emplace(one.code(), &one);
    places_.emplace(indicator.id(), indicators_.size());
    indicators_.push_back(std::move(rule));
  }
  for (const v1::Mitigation& mitigation : set_->mitigations()) {
    mitigations_.emplace(mitigation.id(), &mitigation);
    for (const v1::Factor& factor : mitigation.factors()) {
      indicators_[places_.at(factor.indicator())].factors.emplace(mitigation.id(),
                                                                  factor.permille());
    }
  }
  for (const std::string& holiday : set_->holidays()) holidays_.push_back(*ParseDay(holiday));
}

const IndicatorRule* Rules::Find(std::string_view indicator) const {
  const auto found = places_.find(indicator);
  return found == places_.end() ? nullptr : &indicators_[found->second];
}

const v1::Mitigation* Rules::FindMitigation(std::string_view id) const {
  const auto found = mitigations_.find(id);
  return found == mitigations_.end() ? nullptr : found->second;
}

}  // namespace twinledger::risk
