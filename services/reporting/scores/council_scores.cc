#include "reporting/scores/council_scores.h"

#include <algorithm>
#include <utility>

#include "reporting/projection/reporting_projection.h"
#include "risk/domain/assess.h"
#include "risk/domain/band.h"
#include "risk/domain/council_score.h"
#include "risk/inputs/extraction.h"

namespace twinledger::reporting {
namespace {

Result<std::optional<AssessmentRow>> NewestReceipt(const store::CutReader& rows,
                                                   const std::string& council,
                                                   const std::string& relationship) {
  return rows.Get(kAssessments, {council, relationship});
}

// As the receipt before it left off.
Result<Score> ScoreOf(const store::CutReader& rows, const std::string& council,
                      std::string relationship, risk::v1::ScoringInput input,
                      const risk::Rules& rules) {
  TL_TRY(const std::optional<AssessmentRow> receipt, NewestReceipt(rows, council, relationship));
  if (receipt) {
    input.set_previous_band(static_cast<risk::v1::Band>(receipt->receipt().band()));
    input.set_highest_r_29(receipt->receipt().r());
  }
  Score score{.relationship_id = std::move(relationship), .assessment = {}};
  TL_TRY(score.assessment, risk::Assess(input, rules));
  // Up at once, also where the receipt that says so is still to come.
  const risk::v1::Band at_least = risk::BandOf(score.assessment.r(), rules);
  score.band = receipt ? std::max(input.previous_band(), at_least) : score.assessment.band();
  if (receipt) score.band_event = receipt->event();
  score.records_known = input.has_coverage();
  return score;
}

}  // namespace

Result<CouncilScores> ScoreCouncil(const store::CutReader& rows, const CouncilId& council,
                                   const risk::Rules& rules, risk::Day day) {
  CouncilScores scores;
  TL_TRY(scores.inputs, risk::ReadCouncilInputs(rows, council.value()));
  for (const std::string& id : scores.inputs.relationships) {
    TL_TRY(Score score, ScoreOf(rows, council.value(), id,
                                risk::ExtractRelationship(scores.inputs, id, rules, day), rules));
    scores.relationships.push_back(std::move(score));
  }
  return scores;
}

Result<Score> ScoreWhole(const store::CutReader& rows, const CouncilScores& scores,
                         const risk::Rules& rules, risk::Day day) {
  std::vector<risk::v1::ScoringInput> inputs;
  std::vector<risk::Scored> scored;
  for (const Score& one : scores.relationships) {
    inputs.push_back(risk::ExtractRelationship(scores.inputs, one.relationship_id, rules, day));
    scored.push_back({risk::ScoredId(one.relationship_id), one.assessment});
  }
  risk::v1::ScoringInput council = risk::ExtractCouncil(scores.inputs, rules, day);
  if (scored.empty()) return ScoreOf(rows, scores.inputs.council_id, "", council, rules);
  TL_TRY(risk::v1::ScoringInput whole, risk::UnionOfFacts(std::move(council), inputs));
  TL_TRY(Score score, ScoreOf(rows, scores.inputs.council_id, "", std::move(whole), rules));
  const risk::Scored& highest = risk::HighestOf(scored);
  score.assessment.set_r(highest.assessment.r());
  score.assessment.set_uncapped(highest.assessment.uncapped());
  const risk::v1::Band band_of_highest =
      std::ranges::find(scores.relationships, highest.id.value(), &Score::relationship_id)->band;
  score.band = score.band_event.empty()
                   ? band_of_highest
                   : std::max(score.band, risk::BandOf(score.assessment.r(), rules));
  return score;
}

}  // namespace twinledger::reporting
