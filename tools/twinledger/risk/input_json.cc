#include "twinledger/risk/input_json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "risk/domain/day.h"
#include "risk/domain/findings.h"
#include "risk/domain/input_check.h"

namespace twinledger::client {
namespace {

using nlohmann::json;
using risk::Findings;
using risk::Shown;

template <class Enum>
using Words = std::vector<std::pair<std::string_view, Enum>>;

const Words<risk::v1::Criticality> kCriticalities{{"NONE", risk::v1::CRITICALITY_NONE},
                                                  {"IMPORTANT", risk::v1::CRITICALITY_IMPORTANT},
                                                  {"CRITICAL", risk::v1::CRITICALITY_CRITICAL}};
const Words<risk::v1::MitigationState> kStates{{"CLAIMED", risk::v1::MITIGATION_STATE_CLAIMED},
                                               {"VERIFIED", risk::v1::MITIGATION_STATE_VERIFIED}};
const Words<risk::v1::CreditKind> kCreditKinds{{"NIL_RETURN", risk::v1::CREDIT_KIND_NIL_RETURN},
                                               {"M14", risk::v1::CREDIT_KIND_INCIDENT_TOLD}};
const Words<risk::v1::Band> kBands{{"BASELINE", risk::v1::BAND_BASELINE},
                                   {"GUARDED", risk::v1::BAND_GUARDED},
                                   {"ELEVATED", risk::v1::BAND_ELEVATED},
                                   {"HIGH", risk::v1::BAND_HIGH},
                                   {"SEVERE", risk::v1::BAND_SEVERE}};
const Words<risk::v1::Outcome> kOutcomes{{"NO_HIT", risk::v1::OUTCOME_NO_HIT},
                                         {"UNKNOWN", risk::v1::OUTCOME_UNKNOWN},
                                         {"ERROR", risk::v1::OUTCOME_ERROR}};

constexpr int kDepthMax = 32;

// One object of the document. A member that is missing or of another kind leaves nothing; the
// latter is said.
class Object {
 public:
  Object(const json& value, std::string at, const std::vector<std::string_view>& members,
         Findings& findings)
      : value_(value.is_object() ? value : Empty()), at_(std::move(at)), findings_(findings) {
    if (!value.is_object()) {
      const std::string field = at_.empty() ? "file" : at_.substr(0, at_.size() - 1);
      findings_.Add(field, "is no object: give {\"member\": value, ...}");
    }
    for (const auto& [name, unused] : value_.items()) {
      if (std::ranges::find(members, name) != members.end()) continue;
      findings_.Add(at_ + Shown(name), fmt::format("is not scored: leave it out; there are {}",
                                                   fmt::join(members, ", ")));
    }
  }

  void Text(const char* name, const std::function<void(std::string)>& set) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    if (value->is_string()) return set(value->get<std::string>());
    Wrong(name, *value, "text");
  }

  void Flag(const char* name, const std::function<void(bool)>& set) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    if (value->is_boolean()) return set(value->get<bool>());
    Wrong(name, *value, "true or false");
  }

  template <class Integer>
  void Number(const char* name, const std::function<void(Integer)>& set) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    using Limits = std::numeric_limits<Integer>;
    const bool negative = value->is_number_integer() && !value->is_number_unsigned();
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max())) {
      return set(value->get<Integer>());
    }
    if (negative && value->get<std::int64_t>() >= Limits::min()) {
      return set(value->get<Integer>());
    }
    Wrong(name, *value, fmt::format("a whole number up to {}", Limits::max()));
  }

  void Date(const char* name, const std::function<void(risk::Day)>& set) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    if (value->is_string()) {
      if (const auto day = risk::ParseDay(value->get<std::string>())) return set(*day);
    }
    Wrong(name, *value, "a date such as \"2026-06-30\"");
  }

  template <class Enum>
  void Word(const char* name, const Words<Enum>& words,
            const std::function<void(Enum)>& set) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    std::vector<std::string_view> known;
    for (const auto& [word, number] : words) {
      if (*value == word) return set(number);
      known.push_back(word);
    }
    Wrong(name, *value, fmt::format("{}", fmt::join(known, " or ")));
  }

  // `each` gets the element and the field that it is: "facts[2].".
  void List(const char* name, const std::function<void(const json&, std::string)>& each) const {
    const json* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return Wrong(name, *value, "a list");
    for (std::size_t i = 0; i < value->size(); ++i) {
      each((*value)[i], fmt::format("{}{}[{}].", at_, name, i));
    }
  }

  void Member(const char* name, const std::function<void(const json&, std::string)>& set) const {
    if (const json* value = Find(name)) set(*value, at_ + name + ".");
  }

 private:
  static const json& Empty() {
    static const json empty = json::object();
    return empty;
  }

  const json* Find(const char* name) const {
    const auto found = value_.find(name);
    return found == value_.end() || found->is_null() ? nullptr : &*found;
  }

  void Wrong(const char* name, const json& value, std::string_view remedy) const {
    const std::string shown = value.dump(-1, ' ', true, json::error_handler_t::replace);
    findings_.Add(at_ + name, fmt::format("{} cannot be: give {}", Shown(shown), remedy));
  }

  const json& value_;
  std::string at_;
  Findings& findings_;
};

void Read(const json& value, const std::string& at, risk::v1::MitigationClaim& claim,
          Findings& findings) {
  const Object object(value, at, {"id", "state", "late", "ref"}, findings);
  object.Text("id", [&](std::string id) { claim.set_id(std::move(id)); });
  object.Word<risk::v1::MitigationState>("state", kStates,
                                         [&](auto state) { claim.set_state(state); });
  object.Flag("late", [&](bool late) { claim.set_late(late); });
  object.Text("ref", [&](std::string ref) { claim.set_ref(std::move(ref)); });
}

void Read(const json& value, const std::string& at, risk::v1::Fact& fact, Findings& findings) {
  const Object object(value, at,
                      {"id", "indicator", "case", "end", "recorded", "allowed", "criticality",
                       "mitigations", "group", "value_cents", "floor_closed", "volunteered"},
                      findings);
  object.Text("id", [&](std::string id) { fact.set_id(std::move(id)); });
  object.Text("indicator", [&](std::string id) { fact.set_indicator(std::move(id)); });
  object.Text("case", [&](std::string code) { fact.set_case_(std::move(code)); });
  object.Date("end", [&](risk::Day day) { fact.set_end(day); });
  object.Date("recorded", [&](risk::Day day) { fact.set_recorded(day); });
  object.Number<std::int32_t>("allowed", [&](auto days) { fact.set_allowed(days); });
  object.Word<risk::v1::Criticality>("criticality", kCriticalities,
                                     [&](auto word) { fact.set_criticality(word); });
  object.List("mitigations", [&](const json& one, const std::string& in) {
    Read(one, in, *fact.add_mitigations(), findings);
  });
  object.Text("group", [&](std::string group) { fact.set_group(std::move(group)); });
  object.Number<std::int64_t>("value_cents", [&](auto cents) { fact.set_value_cents(cents); });
  object.Date("floor_closed", [&](risk::Day day) { fact.set_floor_closed(day); });
  object.Flag("volunteered", [&](bool so) { fact.set_volunteered(so); });
}

void Read(const json& value, risk::v1::ScoringInput& input, Findings& findings) {
  const Object object(value, "",
                      {"name", "as_of", "facts", "coverage", "overdue_actions", "credits",
                       "previous_band", "highest_r_29", "outcomes"},
                      findings);
  object.Text("name", [](const std::string&) {});
  object.Date("as_of", [&](risk::Day day) { input.set_as_of(day); });
  object.List("facts", [&](const json& one, const std::string& at) {
    Read(one, at, *input.add_facts(), findings);
  });
  object.Member("coverage", [&](const json& one, const std::string& at) {
    const Object coverage(one, at, {"expected", "received"}, findings);
    coverage.Number<std::int64_t>(
        "expected", [&](auto count) { input.mutable_coverage()->set_expected(count); });
    coverage.Number<std::int64_t>(
        "received", [&](auto count) { input.mutable_coverage()->set_received(count); });
  });
  object.Number<std::int32_t>("overdue_actions",
                              [&](auto count) { input.set_overdue_actions(count); });
  object.List("credits", [&](const json& one, const std::string& at) {
    const Object credit(one, at, {"kind", "day"}, findings);
    risk::v1::Credit& read = *input.add_credits();
    credit.Word<risk::v1::CreditKind>("kind", kCreditKinds,
                                      [&](auto kind) { read.set_kind(kind); });
    credit.Date("day", [&](risk::Day day) { read.set_day(day); });
  });
  object.Word<risk::v1::Band>("previous_band", kBands,
                              [&](auto band) { input.set_previous_band(band); });
  object.Number<std::int64_t>("highest_r_29", [&](auto r) { input.set_highest_r_29(r); });
  object.List("outcomes", [&](const json& one, const std::string& at) {
    const Object outcome(one, at, {"indicator", "outcome", "event"}, findings);
    risk::v1::JudgedOutcome& read = *input.add_outcomes();
    outcome.Text("indicator", [&](std::string id) { read.set_indicator(std::move(id)); });
    outcome.Word<risk::v1::Outcome>("outcome", kOutcomes,
                                    [&](auto word) { read.set_outcome(word); });
    outcome.Text("event", [&](std::string event) { read.set_event(std::move(event)); });
  });
}

// JSON parsers take the last of two members with one name, and who wrote the first is not told.
// What is deeper than any input is not kept: showing it to its writer takes stack for each level.
json Parse(const std::string& text, Findings& findings) {
  // For the parser it is the end, whatever stands behind it.
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) {
    findings.Add("file", fmt::format("has a zero byte at {}: it is no text", zero));
    return json::object();
  }
  std::vector<std::set<std::string>> open;
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDepthMax) {
      if (!std::exchange(too_deep, true)) {
        findings.Add("file", fmt::format("has more than {} levels: an input has 5", kDepthMax));
      }
      return false;
    }
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key &&
        !open.back().insert(parsed.get<std::string>()).second) {
      findings.Add(Shown(parsed.get<std::string>()),
                   "stands twice in one object: give each member once");
    }
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& error) {
    const std::string_view what = error.what();  // "[json.exception.parse_error.101] parse ..."
    findings.Add("file", fmt::format("is no JSON: {}", what.substr(what.find(' ') + 1)));
    return json::object();
  }
}

// Of the field, or of what it is a member of: what could not be read is missing, too.
bool IsSaid(std::string_view field, const std::set<std::string>& said) {
  return std::ranges::any_of(said, [&](const std::string& one) {
    return field.starts_with(one) && (field.size() == one.size() || field[one.size()] == '.');
  });
}

}  // namespace

Result<risk::v1::ScoringInput> ReadScoringInput(const std::string& text, const risk::Rules& rules) {
  constexpr std::string_view kReason = "INPUT_INVALID";
  constexpr std::string_view kWhat = "the input cannot be scored";
  Findings findings;
  const json document = Parse(text, findings);
  TL_TRY_VOID(findings.Verdict(kReason, kWhat));
  risk::v1::ScoringInput input;
  Read(document, input, findings);
  if (!document.is_object()) TL_TRY_VOID(findings.Verdict(kReason, kWhat));
  std::set<std::string> said;
  for (const FieldViolation& one : findings.all()) said.insert(one.field);
  Findings of_content;
  risk::CheckInput(input, rules, of_content);
  for (const FieldViolation& one : of_content.all()) {
    if (!IsSaid(one.field, said)) findings.Add(one.field, one.description);
  }
  TL_TRY_VOID(findings.Verdict(kReason, kWhat));
  return input;
}

}  // namespace twinledger::client
