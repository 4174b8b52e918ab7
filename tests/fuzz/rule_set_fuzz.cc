// Texts of rule sets: each is refused with the places that are wrong, or is the same once it is
// printed and read again, and scores without an overflow, whatever its numbers are.
#include <google/protobuf/text_format.h>

#include <random>
#include <string>

#include "platform/base/check.h"
#include "risk/domain/assess.h"
#include "risk/domain/bounds.h"
#include "risk/domain/rule_set.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/message_mutator.h"

namespace twinledger::risk {
namespace {

constexpr Day kToday = 20'634;

// A fact of each case of each indicator, of two donors and two days.
v1::ScoringInput EverythingAt(const Rules& rules) {
  v1::ScoringInput input;
  input.set_as_of(kToday);
  int number = 0;
  for (const IndicatorRule& indicator : rules.indicators()) {
    for (const auto& [name, unused] : indicator.cases) {
      for (const Day end : {kToday, kToday - 400}) {
        v1::Fact& fact = *input.add_facts();
        fact.set_id("fact-" + std::to_string(++number));
        fact.set_indicator(indicator.id());
        fact.set_case_(std::string(name));
        fact.set_end(end);
        if (!indicator.on_curve()) continue;
        fact.set_group(number % 2 == 0 ? "a" : "b");
        fact.set_value_cents(kValueCentsMax);
      }
    }
  }
  return input;
}

bool IsText(const std::string& text, v1::RuleSet& set) {
  google::protobuf::TextFormat::Parser parser;
  google::protobuf::io::ErrorCollector* const nobody = nullptr;
  parser.RecordErrorsTo(nobody);
  return parser.ParseFromString(text, &set);
}

// What rule sets call things by.
const testing::Vocabulary& Words() {
  static const testing::Vocabulary words{
      {"", "A", "A1", "B", "C1", "M1", "M2", "OFF", "2026-12-25", "gift", "H1", "text"}};
  return words;
}

}  // namespace
}  // namespace twinledger::risk

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kPointsUnbounded;

void twinledger::testing::FuzzOne(std::string_view input) {
  const auto rules = risk::Rules::Parse(std::string(input), "fuzzed");
  if (!rules.ok()) {
    TL_CHECK(!rules.error().violations.empty());
    return;
  }
  const auto again = risk::Rules::Parse(rules->set().DebugString(), "printed");
  TL_CHECK(again.ok() && again->digest() == rules->digest());
  const auto assessment = risk::Assess(risk::EverythingAt(*rules), *rules);
  if (assessment.ok()) TL_CHECK(assessment->r() >= 0 && assessment->r() <= risk::kScoreMax);
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// A text that is a rule set's stays one mostly: bytes alone would hardly leave its grammar's gate.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::minstd_rand dice(seed);
  twinledger::risk::v1::RuleSet set;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (dice() % 8 == 0 || !twinledger::risk::IsText(text, set)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  twinledger::testing::MutateMessage(set, twinledger::risk::Words(), dice);
  std::string changed;
  google::protobuf::TextFormat::Printer().PrintToString(set, &changed);
  if (changed.size() > max_size) return size;
  changed.copy(reinterpret_cast<char*>(data), changed.size());
  return changed.size();
}
