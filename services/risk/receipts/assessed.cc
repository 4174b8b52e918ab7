#include "risk/receipts/assessed.h"

#include <optional>
#include <utility>

#include "platform/crypto/hash.h"
#include "risk/domain/assess.h"
#include "risk/domain/band.h"
#include "risk/domain/canonical_json.h"
#include "risk/domain/council_score.h"
#include "risk/inputs/extraction.h"
#include "risk/inputs/retractions.h"

namespace twinledger::risk {
namespace {

// A window that is full up to the day asked for ends with it, whichever it is, and weighs the same.
void ClearMovingEnds(const Rules& rules, v1::ScoringInput& input) {
  for (v1::Fact& fact : *input.mutable_facts()) {
    const IndicatorRule* const rule = rules.Find(fact.indicator());
    const bool windowed = rule != nullptr && rule->data->has_windowed_count();
    if (windowed && fact.has_end() && fact.end() == input.as_of()) fact.clear_end();
  }
}

// Of what is scored, whenever.
std::string FactsDigest(v1::ScoringInput input, const Rules& rules) {
  ClearMovingEnds(rules, input);
  input.clear_as_of();
  input.clear_previous_band();
  input.clear_highest_r_29();
  return CanonicalDigest(input);
}

// Of a council it also says which relationship each fact is of: its R depends on that.
std::string FactsDigest(const v1::ScoringInput& whole, const std::vector<Facts>& relationships,
                        const Rules& rules) {
  std::string lines = FactsDigest(whole, rules);
  for (const Facts& one : relationships) {
    lines += '\n' + one.subject.relationship_id + ' ' + one.sha256;
  }
  return crypto::Hex(crypto::Sha256(lines));
}

void SetBefore(const Before& before, v1::ScoringInput& input) {
  input.set_previous_band(before.previous_band);
  input.set_highest_r_29(before.highest_r);
}

}  // namespace

std::string Assessed::input_sha256() const { return CanonicalDigest(input); }
std::string Assessed::assessment_sha256() const { return CanonicalDigest(assessment); }

Facts FactsOfRelationship(const CouncilInputs& inputs, const std::string& relationship_id,
                          const Rules& rules, Day as_of) {
  Facts facts{.subject = {inputs.council_id, relationship_id},
              .input = ExtractRelationship(inputs, relationship_id, rules, as_of),
              .sha256 = {}};
  facts.sha256 = FactsDigest(facts.input, rules);
  facts.pending_retractions = PendingRetractions(inputs, relationship_id, as_of);
  return facts;
}

Result<std::vector<Facts>> FactsOf(const CouncilInputs& inputs, const Rules& rules, Day as_of) {
  std::vector<Facts> all;
  std::vector<v1::ScoringInput> parts;
  for (const std::string& id : inputs.relationships) {
    all.push_back(FactsOfRelationship(inputs, id, rules, as_of));
    parts.push_back(all.back().input);
  }
  Facts whole{.subject = {inputs.council_id}, .input = {}, .sha256 = {}};
  TL_TRY(whole.input, UnionOfFacts(ExtractCouncil(inputs, rules, as_of), parts));
  whole.sha256 =
      all.empty() ? FactsDigest(whole.input, rules) : FactsDigest(whole.input, all, rules);
  whole.pending_retractions = PendingRetractions(inputs, std::nullopt, as_of);
  all.push_back(std::move(whole));
  return all;
}

Result<Assessed> AssessRelationship(const Facts& facts, const Rules& rules, const Before& before) {
  Assessed assessed{.subject = facts.subject,
                    .input = facts.input,
                    .assessment = {},
                    .facts_sha256 = facts.sha256,
                    .pending_retractions = facts.pending_retractions};
  SetBefore(before, assessed.input);
  TL_TRY(assessed.assessment, Assess(assessed.input, rules));
  return assessed;
}

Result<Assessed> AssessWhole(const Facts& facts, const std::vector<Assessed>& relationships,
                             const Rules& rules, const Before& before) {
  TL_TRY(Assessed assessed, AssessRelationship(facts, rules, before));
  std::vector<Scored> scored;
  for (const Assessed& one : relationships) {
    scored.push_back({ScoredId(one.subject.relationship_id), one.assessment});
  }
  if (scored.empty()) return assessed;

  const Scored& highest = HighestOf(scored);
  assessed.highest_relationship_id = highest.id.value();
  v1::Assessment whole = highest.assessment;
  *whole.mutable_assurance() = assessed.assessment.assurance();
  *whole.mutable_outcomes() = assessed.assessment.outcomes();
  whole.set_records(assessed.assessment.records());
  whole.set_partial(assessed.assessment.partial());
  whole.set_band(BandOfDay(whole.r(), before.previous_band, before.highest_r, rules));
  assessed.assessment = std::move(whole);
  return assessed;
}

}  // namespace twinledger::risk
