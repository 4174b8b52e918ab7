#include "risk/inputs/readings.h"

#include <algorithm>
#include <set>
#include <string>

#include "platform/base/check.h"
#include "risk/domain/allowed_inputs.h"

namespace twinledger::risk {
namespace {

// Of rows over more inputs than any rule set has, unknown ones stay so.
constexpr std::size_t kReadingsMax = 4096;

// What the rows look at.
std::set<std::string_view> InputsOf(const v1::FieldCases& shape) {
  std::set<std::string_view> inputs;
  for (const v1::FieldCase& row : shape.rows()) {
    for (const v1::FieldCondition& condition : row.all_of()) inputs.insert(condition.input());
  }
  return inputs;
}

// Each reading once for every value that the input may have, where the reading does not know it.
std::vector<Choices> Spread(std::vector<Choices> readings, std::string_view input) {
  const AllowedInput* allowed = FindInput(input);
  std::vector<Choices> spread;
  for (Choices& reading : readings) {
    if (allowed == nullptr || allowed->values.empty() || reading.contains(input) ||
        readings.size() * allowed->values.size() > kReadingsMax) {
      spread.push_back(std::move(reading));
      continue;
    }
    for (const std::string_view value : allowed->values) {
      spread.push_back(reading);
      spread.back().emplace(input, value);
    }
  }
  return spread;
}

}  // namespace

Finding Together(const IndicatorRule& rule, std::span<const Judged> possible) {
  TL_CHECK(!possible.empty());
  Finding finding{.outcome = possible.front().outcome};
  for (const Judged& judged : possible) {
    if (judged.outcome != finding.outcome) return {.outcome = v1::OUTCOME_UNKNOWN};
    if (judged.outcome != v1::OUTCOME_HIT) continue;
    const v1::Case* hit = rule.cases.at(judged.case_code);
    if (finding.hit != nullptr && finding.hit != hit) finding.certain = false;
    if (finding.hit == nullptr || hit->points() < finding.hit->points()) finding.hit = hit;
  }
  return finding;
}

Finding JudgeReadings(const IndicatorRule& rule, std::span<const Choices> readings) {
  std::vector<Choices> all(readings.begin(), readings.end());
  for (const std::string_view input : InputsOf(rule.data->field_cases())) {
    all = Spread(std::move(all), input);
  }
  std::vector<Judged> possible;
  for (const Choices& reading : all) possible.push_back(JudgeFieldCases(*rule.data, reading));
  return Together(rule, possible);
}

}  // namespace twinledger::risk
