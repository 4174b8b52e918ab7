#include "risk/receipts/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "platform/base/check.h"
#include "platform/crypto/uuid5.h"
#include "risk/domain/assess.h"
#include "risk/inputs/extraction.h"
#include "risk/inputs/extraction_version.h"
#include "risk/inputs/retractions.h"
#include "risk/receipts/past_scores.h"

namespace twinledger::risk {
namespace {

using events::v1::AssessmentRecorded;
using events::v1::RiskEvent;

constexpr std::string_view kAlertIds = "3d3f4d5e-0f0e-5b7b-9c55-64f6bb7d2d7a";
constexpr int kTopFactsMost = 20;

bool IsExtracted(std::string_view indicator) {
  return std::ranges::find(ExtractedIndicators(), indicator) != ExtractedIndicators().end();
}

void SetOutcomes(const v1::Assessment& assessment, const Rules& rules,
                 AssessmentRecorded& receipt) {
  std::map<std::string_view, v1::Outcome> known;
  for (const v1::IndicatorOutcome& one : assessment.outcomes()) {
    known[one.indicator()] = one.outcome();
  }
  for (const IndicatorRule& rule : rules.indicators()) {
    events::v1::Outcome outcome = events::v1::OUTCOME_UNSPECIFIED;
    if (const auto found = known.find(rule.id()); found != known.end()) {
      outcome = static_cast<events::v1::Outcome>(found->second);
    } else if (!IsExtracted(rule.id())) {
      outcome = events::v1::OUTCOME_NOT_EXTRACTED;
    } else {
      continue;
    }
    events::v1::IndicatorOutcome& added = *receipt.add_outcomes();
    added.set_indicator(rule.id());
    added.set_outcome(outcome);
  }
}

void SetTopLines(const v1::Assessment& assessment, AssessmentRecorded& receipt) {
  for (const int place : assessment.top_lines()) {
    const v1::Line& line = assessment.lines(place);
    events::v1::TopLine& top = *receipt.add_top_lines();
    top.set_indicator(line.indicator());
    top.set_case_(line.case_());
    top.set_net(line.net());
    top.set_fact_count(line.facts_size());
    for (int i = 0; i < std::min(line.facts_size(), kTopFactsMost); ++i) {
      top.add_facts(line.facts(i));
    }
  }
}

bool IsNothing(const AssessmentRecorded& receipt) {
  return receipt.band() == events::v1::BAND_BASELINE &&
         receipt.records() == events::v1::RECORDS_SUFFICIENT &&
         std::ranges::all_of(receipt.outcomes(), [](const auto& one) {
           return one.outcome() == events::v1::OUTCOME_NO_HIT ||
                  one.outcome() == events::v1::OUTCOME_NOT_EXTRACTED;
         });
}

bool HasSamePending(const AssessmentRecorded& a, const AssessmentRecorded& b) {
  return a.pending_retraction_count() == b.pending_retraction_count() &&
         std::ranges::equal(a.pending_retractions(), b.pending_retractions());
}

bool SaysTheSame(const AssessmentRecorded& a, const AssessmentRecorded& b) {
  return a.band() == b.band() && a.records() == b.records() &&
         a.facts_sha256() == b.facts_sha256() && a.rule_set_digest() == b.rule_set_digest() &&
         a.engine_version() == b.engine_version() && HasSamePending(a, b);
}

bool IsBehind(const AssessmentRecorded& wanted, const AssessmentRecorded& last) {
  const store::Cut read = PositionsOf(wanted);
  return std::ranges::any_of(PositionsOf(last), [&](const auto& position) {
    const auto found = read.find(position.first);
    return found == read.end() || found->second < position.second;
  });
}

RiskEvent AlertOf(const AssessmentRecorded& receipt, events::v1::Band from) {
  RiskEvent event;
  events::v1::AlertOpened& alert = *event.mutable_alert_opened();
  alert.set_council_id(receipt.council_id());
  alert.set_relationship_id(receipt.relationship_id());
  alert.set_alert_id(crypto::Uuid5(
      kAlertIds,
      fmt::format("{}\n{}\n{}\n{}\n{}", receipt.council_id(), receipt.relationship_id(),
                  receipt.as_of(), static_cast<int>(from), static_cast<int>(receipt.band()))));
  alert.set_from_band(from);
  alert.set_to_band(receipt.band());
  alert.set_day(receipt.as_of());
  alert.set_r(receipt.r());
  return event;
}

}  // namespace

std::vector<std::string> NotExtracted(const Rules& rules) {
  std::vector<std::string> ids;
  for (const IndicatorRule& rule : rules.indicators()) {
    if (!IsExtracted(rule.id())) ids.push_back(rule.id());
  }
  return ids;
}

AssessmentRecorded ReceiptOf(const Assessed& assessed, const store::Cut& positions,
                             const Rules& rules, bool incomplete) {
  const v1::Assessment& assessment = assessed.assessment;
  AssessmentRecorded receipt;
  receipt.set_council_id(assessed.subject.council_id);
  receipt.set_relationship_id(assessed.subject.relationship_id);
  for (const auto& [partition, sequence] : positions) {
    events::v1::InputPosition& position = *receipt.add_positions();
    position.set_stream(partition.stream);
    position.set_partition(partition.partition);
    position.set_sequence(sequence);
  }
  receipt.set_as_of(assessment.as_of());
  receipt.set_rule_set_id(assessment.rule_set_id());
  receipt.set_rule_set_digest(assessment.rule_set_digest());
  receipt.set_engine_version(assessment.engine_version());
  receipt.set_facts_sha256(assessed.facts_sha256);
  receipt.set_input_sha256(assessed.input_sha256());
  receipt.set_assessment_sha256(assessed.assessment_sha256());
  receipt.set_previous_band(static_cast<events::v1::Band>(assessed.input.previous_band()));
  receipt.set_highest_r_29(assessed.input.highest_r_29());
  receipt.set_r(assessment.r());
  receipt.set_uncapped(assessment.uncapped());
  receipt.set_band(static_cast<events::v1::Band>(assessment.band()));
  receipt.set_records(static_cast<events::v1::Records>(assessment.records()));
  receipt.set_a(assessment.assurance().a());
  receipt.set_partial(assessment.partial());
  receipt.set_incomplete(incomplete);
  for (const v1::CategorySum& sum : assessment.categories()) {
    events::v1::CategorySum& added = *receipt.add_categories();
    added.set_category(sum.category());
    added.set_sum(sum.sum());
    added.set_capped(sum.capped());
  }
  SetTopLines(assessment, receipt);
  SetOutcomes(assessment, rules, receipt);
  receipt.set_highest_relationship_id(assessed.highest_relationship_id);
  receipt.set_extraction_version(kExtractionVersion);
  SetPending(assessed.pending_retractions, std::identity(), receipt);
  return receipt;
}

std::string_view ReasonOf(Rejection rejection) {
  switch (rejection) {
    case Rejection::kOlderDay:
      return "OLDER_DAY";
    case Rejection::kOlderPositions:
      return "OLDER_POSITIONS";
    case Rejection::kOtherReceipt:
      return "OTHER_RECEIPT";
  }
  TL_CHECK(false);
}

bool IsSettled(const std::optional<state::v1::AssessmentRow>& last, const Facts& facts,
               const Rules& rules) {
  if (!last) {
    return facts.input.facts().empty() && !facts.input.has_coverage() &&
           std::ranges::all_of(facts.input.outcomes(), [](const v1::JudgedOutcome& one) {
             return one.outcome() == v1::OUTCOME_NO_HIT;
           });
  }
  const AssessmentRecorded& receipt = last->receipt();
  AssessmentRecorded pending;
  SetPending(facts.pending_retractions, std::identity(), pending);
  return HasSamePending(receipt, pending) && receipt.band() == events::v1::BAND_BASELINE &&
         receipt.as_of() <= facts.input.as_of() && receipt.facts_sha256() == facts.sha256 &&
         receipt.rule_set_digest() == rules.digest() && receipt.engine_version() == kEngineVersion;
}

ReceiptDecision Decide(const std::optional<state::v1::AssessmentRow>& last,
                       const AssessmentRecorded& wanted) {
  const auto reject = [&](Rejection rejection) {
    return tl::make_unexpected(Rejected{rejection, last ? last->event() : ""});
  };
  if (last) {
    if (wanted.as_of() < last->receipt().as_of()) return reject(Rejection::kOlderDay);
    if (IsBehind(wanted, last->receipt())) return reject(Rejection::kOlderPositions);
    if (SaysTheSame(wanted, last->receipt())) return {};
  } else if (IsNothing(wanted)) {
    return {};
  }
  if (wanted.previous_receipt() != (last ? last->event() : "")) {
    return reject(Rejection::kOtherReceipt);
  }
  std::vector<RiskEvent> events(1);
  *events.front().mutable_assessment_recorded() = wanted;
  const events::v1::Band before = last ? last->receipt().band() : events::v1::BAND_BASELINE;
  if (wanted.band() != before) events.push_back(AlertOf(wanted, before));
  return events;
}

}  // namespace twinledger::risk
