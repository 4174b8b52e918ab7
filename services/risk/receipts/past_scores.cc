#include "risk/receipts/past_scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "risk/domain/assess.h"
#include "risk/inputs/extraction.h"
#include "risk/inputs/extraction_version.h"

namespace twinledger::risk {
namespace {

constexpr std::size_t kAgainMost = 10'000;
constexpr std::size_t kInputsMost = 16;

Result<std::int64_t> ScoreOfInput(const v1::ScoringInput& input, const Rules& rules) {
  TL_TRY(const v1::Assessment assessment, Assess(input, rules));
  return assessment.r();
}

}  // namespace

Result<std::int64_t> ScoreOf(const CouncilInputs& inputs, const Subject& subject,
                             const Rules& rules, Day as_of) {
  if (!subject.is_council()) {
    return ScoreOfInput(ExtractRelationship(inputs, subject.relationship_id, rules, as_of), rules);
  }
  if (inputs.relationships.empty()) {
    return ScoreOfInput(ExtractCouncil(inputs, rules, as_of), rules);
  }
  std::int64_t highest = 0;
  for (const std::string& id : inputs.relationships) {
    TL_TRY(const std::int64_t r,
           ScoreOfInput(ExtractRelationship(inputs, id, rules, as_of), rules));
    highest = std::max(highest, r);
  }
  return highest;
}

store::Cut PositionsOf(const events::v1::AssessmentRecorded& receipt) {
  store::Cut cut;
  for (const events::v1::InputPosition& position : receipt.positions()) {
    cut[{position.stream(), position.partition()}] = position.sequence();
  }
  return cut;
}

Result<CouncilInputs> InputsBehind(const store::KeyValueReader& rows,
                                   const events::v1::AssessmentRecorded& receipt) {
  if (receipt.extraction_version() > kExtractionVersion) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("the receipt was made by extraction version {}, this one is {}: ask a "
                             "program of that version",
                             receipt.extraction_version(), kExtractionVersion),
                 "OTHER_EXTRACTION",
                 {{"extraction_version", std::to_string(receipt.extraction_version())}}};
  }
  TL_TRY(CouncilInputs inputs,
         ReadCouncilInputs(store::CutReader(rows, PositionsOf(receipt)), receipt.council_id()));
  TakeAsVersion(receipt.extraction_version(), inputs);
  return inputs;
}

Result<Before> PastScores::BeforeDay(const store::KeyValueReader& rows,
                                     const store::CutReader& receipts, const Subject& subject,
                                     Day day) {
  const Day from = day - (rules_.set().falling().days() - 1);
  Before before;
  Day counted = day;  // Of each day the first that is visited, which was recorded last.
  std::optional<state::v1::AssessmentRow> reaches_in;
  TL_TRY_VOID(VisitReceipts(receipts, subject, [&](Receipt found) {
    const events::v1::AssessmentRecorded& receipt = found.row.receipt();
    if (receipt.as_of() >= counted) return true;
    if (counted == day) before.previous_band = static_cast<v1::Band>(receipt.band());
    counted = receipt.as_of();
    if (counted >= from) {
      before.highest_r = std::max(before.highest_r, receipt.r());
    } else {
      reaches_in = std::move(found.row);
    }
    return counted > from;
  }));
  if (reaches_in) {
    TL_TRY(const std::int64_t r, ScoreAgain(rows, *reaches_in, from));
    before.highest_r = std::max(before.highest_r, r);
  }
  return before;
}

Result<std::int64_t> PastScores::ScoreAgain(const store::KeyValueReader& rows,
                                            const state::v1::AssessmentRow& row, Day day) {
  const events::v1::AssessmentRecorded& receipt = row.receipt();
  if (receipt.rule_set_digest() != rules_.digest() ||
      receipt.extraction_version() > kExtractionVersion) {
    return receipt.r();
  }
  const auto known = again_.find({row.event(), day});
  if (known != again_.end()) return known->second;
  TL_TRY(const CouncilInputs* const inputs, InputsOf(rows, row));
  TL_TRY(const std::int64_t r,
         ScoreOf(*inputs, {receipt.council_id(), receipt.relationship_id()}, rules_, day));
  if (again_.size() >= kAgainMost) again_.clear();
  again_.emplace(std::pair(row.event(), day), r);
  return r;
}

Result<const CouncilInputs*> PastScores::InputsOf(const store::KeyValueReader& rows,
                                                  const state::v1::AssessmentRow& row) {
  Read read{row.receipt().council_id(), PositionsOf(row.receipt()),
            row.receipt().extraction_version()};
  const auto known = inputs_.find(read);
  if (known != inputs_.end()) return &known->second;
  TL_TRY(CouncilInputs inputs, InputsBehind(rows, row.receipt()));
  if (inputs_.size() >= kInputsMost) inputs_.clear();
  return &inputs_.emplace(std::move(read), std::move(inputs)).first->second;
}

}  // namespace twinledger::risk
