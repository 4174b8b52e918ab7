#include "risk/receipts/assessed.h"

#include <utility>

#include "platform/crypto/hash.h"
#include "risk/domain/assess.h"
#include "risk/domain/band.h"
#include "risk/domain/canonical_json.h"
#include "risk/domain/council_score.h"
#include "risk/inputs/extraction.h"

namespace twinledger::risk {
namespace {

// What is scored, whenever.
std::string FactsDigest(v1::ScoringInput input) {
  input.clear_as_of();
  input.clear_previous_band();
  input.clear_highest_r_29();
  return CanonicalDigest(input);
}

// Of a council it also says which relationship each fact is of: its R depends on that.
std::string FactsDigest(const v1::ScoringInput& whole, const std::vector<Assessed>& relationships) {
  std::string lines = FactsDigest(whole);
  for (const Assessed& one : relationships) {
    lines += '\n' + one.subject.relationship_id + ' ' + one.facts_sha256;
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

Result<Assessed> AssessRelationship(const CouncilInputs& inputs, const std::string& relationship_id,
                                    const Rules& rules, Day as_of, const Before& before) {
  Assessed assessed{.subject = {inputs.council_id, relationship_id},
                    .input = ExtractRelationship(inputs, relationship_id, rules, as_of),
                    .assessment = {},
                    .facts_sha256 = {}};
  SetBefore(before, assessed.input);
  assessed.facts_sha256 = FactsDigest(assessed.input);
  TL_TRY(assessed.assessment, Assess(assessed.input, rules));
  return assessed;
}

Result<Assessed> AssessWhole(const CouncilInputs& inputs,
                             const std::vector<Assessed>& relationships, const Rules& rules,
                             Day as_of, const Before& before) {
  std::vector<v1::ScoringInput> parts;
  std::vector<Scored> scored;
  for (const Assessed& one : relationships) {
    parts.push_back(one.input);
    scored.push_back({ScoredId(one.subject.relationship_id), one.assessment});
  }
  Assessed assessed{
      .subject = {inputs.council_id}, .input = {}, .assessment = {}, .facts_sha256 = {}};
  TL_TRY(assessed.input, UnionOfFacts(ExtractCouncil(inputs, rules, as_of), parts));
  SetBefore(before, assessed.input);
  assessed.facts_sha256 = FactsDigest(assessed.input, relationships);
  TL_TRY(assessed.assessment, Assess(assessed.input, rules));
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
