#include "risk/rpc/translation.h"

#include "platform/rpc/timestamp.h"
#include "risk/inputs/retractions.h"
#include "risk/receipts/receipt.h"
#include "risk/rpc/resource_names.h"
#include "risk/rpc/sources.h"

namespace twinledger::risk {
namespace {

v1::Band BandOf(events::v1::Band band) { return static_cast<v1::Band>(band); }

void SetOutcomes(const events::v1::AssessmentRecorded& receipt, v1::AssessmentReceipt& resource) {
  for (const events::v1::IndicatorOutcome& one : receipt.outcomes()) {
    if (one.outcome() == events::v1::OUTCOME_NOT_EXTRACTED) {
      resource.add_not_extracted(one.indicator());
      continue;
    }
    v1::ReceiptOutcome& outcome = *resource.add_outcomes();
    outcome.set_indicator(one.indicator());
    outcome.set_outcome(static_cast<v1::Outcome>(one.outcome()));
  }
}

void SetSums(const events::v1::AssessmentRecorded& receipt, v1::AssessmentReceipt& resource) {
  for (const events::v1::CategorySum& one : receipt.categories()) {
    v1::CategorySum& sum = *resource.add_categories();
    sum.set_category(one.category());
    sum.set_sum(one.sum());
    sum.set_capped(one.capped());
  }
  for (const events::v1::TopLine& one : receipt.top_lines()) {
    v1::ReceiptLine& line = *resource.add_top_lines();
    line.set_indicator(one.indicator());
    line.set_case_(one.case_());
    line.set_net(one.net());
    *line.mutable_facts() = one.facts();
    line.set_fact_count(one.fact_count());
  }
}

}  // namespace

v1::AssessmentReceipt ResourceOf(const state::v1::AssessmentRow& row) {
  const events::v1::AssessmentRecorded& receipt = row.receipt();
  v1::AssessmentReceipt resource;
  resource.set_name(NameOf({receipt.council_id(), receipt.relationship_id()}));
  resource.set_receipt(row.event());
  *resource.mutable_record_time() = rpc::TimestampOf(row.record_time_us());
  for (const events::v1::InputPosition& one : receipt.positions()) {
    auto& position = *resource.mutable_positions()->add_positions();
    position.set_stream(one.stream());
    position.set_partition(one.partition());
    position.set_sequence(one.sequence());
  }
  resource.set_as_of(receipt.as_of());
  resource.set_rule_set_id(receipt.rule_set_id());
  resource.set_rule_set_digest(receipt.rule_set_digest());
  resource.set_engine_version(receipt.engine_version());
  resource.set_facts_sha256(receipt.facts_sha256());
  resource.set_input_sha256(receipt.input_sha256());
  resource.set_assessment_sha256(receipt.assessment_sha256());
  resource.set_previous_band(BandOf(receipt.previous_band()));
  resource.set_highest_r_29(receipt.highest_r_29());
  resource.set_r(receipt.r());
  resource.set_uncapped(receipt.uncapped());
  resource.set_band(BandOf(receipt.band()));
  resource.set_records(static_cast<v1::Records>(receipt.records()));
  resource.set_a(receipt.a());
  resource.set_partial(receipt.partial());
  resource.set_incomplete(receipt.incomplete());
  SetSums(receipt, resource);
  SetOutcomes(receipt, resource);
  if (!receipt.highest_relationship_id().empty()) {
    resource.set_highest_relationship(
        NameOf({receipt.council_id(), receipt.highest_relationship_id()}));
  }
  resource.set_previous_receipt(receipt.previous_receipt());
  resource.set_extraction_version(receipt.extraction_version());
  for (const std::string& id : receipt.pending_retractions()) {
    resource.add_pending_retractions(RecordName(receipt.council_id(), id));
  }
  resource.set_pending_retraction_count(receipt.pending_retraction_count());
  return resource;
}

v1::Alert ResourceOf(const state::v1::AlertRow& row) {
  const events::v1::AlertOpened& alert = row.alert();
  v1::Alert resource;
  resource.set_name(AlertName(alert.council_id(), alert.alert_id()));
  resource.set_council(NameOf({alert.council_id()}));
  resource.set_subject(NameOf({alert.council_id(), alert.relationship_id()}));
  resource.set_from_band(BandOf(alert.from_band()));
  resource.set_to_band(BandOf(alert.to_band()));
  resource.set_day(alert.day());
  resource.set_r(alert.r());
  *resource.mutable_record_time() = rpc::TimestampOf(row.record_time_us());
  resource.set_event(row.event());
  return resource;
}

void FillAssessment(const Assessed& assessed, const CouncilInputs& inputs, const Rules& rules,
                    v1::GetAssessmentResponse& answer) {
  answer.set_name(NameOf(assessed.subject));
  *answer.mutable_assessment() = assessed.assessment;
  answer.set_facts_sha256(assessed.facts_sha256);
  answer.set_input_sha256(assessed.input_sha256());
  answer.set_assessment_sha256(assessed.assessment_sha256());
  answer.set_previous_band(assessed.input.previous_band());
  answer.set_highest_r_29(assessed.input.highest_r_29());
  for (v1::FactSource& source : SourcesOf(assessed, inputs)) {
    *answer.add_sources() = std::move(source);
  }
  const auto name_of = [&](const std::string& id) {
    return RecordName(assessed.subject.council_id, id);
  };
  SetPending(assessed.pending_retractions, name_of, answer);
  for (const std::string& indicator : NotExtracted(rules)) answer.add_not_extracted(indicator);
  if (!assessed.highest_relationship_id.empty()) {
    answer.set_highest_relationship(
        NameOf({assessed.subject.council_id, assessed.highest_relationship_id}));
  }
}

v1::RelationshipScore ScoreOf(const Assessed& assessed) {
  v1::RelationshipScore score;
  score.set_name(NameOf(assessed.subject));
  score.set_r(assessed.assessment.r());
  score.set_uncapped(assessed.assessment.uncapped());
  score.set_band(assessed.assessment.band());
  score.set_a(assessed.assessment.assurance().a());
  return score;
}

}  // namespace twinledger::risk
