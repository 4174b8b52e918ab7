#include "tests/simulation/services/recorded.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twinledger::simulation {
namespace {

std::string OutcomeOf(const log::v1::Commit& commit) {
  if (commit.outcome() == log::v1::OUTCOME_DONE) return "assessment recorded";
  if (commit.outcome() == log::v1::OUTCOME_UNCHANGED) return "assessment unchanged";
  return "assessment refused: " + commit.refusal().reason();
}

void AddEvent(const std::string& place, log::Sequence sequence, int index, const std::string& bytes,
              Recorded& recorded) {
  risk::events::v1::RiskEvent event;
  event.ParseFromString(bytes);
  if (event.has_assessment_recorded()) {
    const auto& receipt = event.assessment_recorded();
    recorded.receipts[{receipt.council_id(), receipt.relationship_id()}].push_back(
        {fmt::format("{}.{}", place, index), sequence, receipt});
  }
  if (!event.has_alert_opened()) return;
  ++recorded.alerts;
  const auto& alert = event.alert_opened();
  auto& receipts = recorded.receipts[{alert.council_id(), alert.relationship_id()}];
  if (!receipts.empty() && receipts.back().sequence == sequence) receipts.back().alert = alert;
}

}  // namespace

Recorded ReadRecorded(const std::map<log::PartitionId, RawChain>& chains) {
  Recorded recorded;
  for (const auto& [partition, chain] : chains) {
    if (partition.stream != risk::kStream) continue;
    for (const RawCommit& raw : chain.commits) {
      const log::v1::Commit& commit = raw.commit;
      if (commit.has_control()) continue;
      const std::string place = fmt::format("{}/{}", log::ToString(partition), commit.sequence());
      recorded.requests.push_back({commit.request_id(), place});
      ++recorded.outcomes[OutcomeOf(commit)];
      for (int i = 0; i < commit.events_size(); ++i) {
        AddEvent(place, commit.sequence(), i, commit.events(i), recorded);
      }
    }
  }
  return recorded;
}

risk::Day LastAssessedDay(const Recorded& recorded, const std::string& council) {
  risk::Day last = risk::kDayMin;
  for (const auto& [subject, receipts] : recorded.receipts) {
    if (subject.council_id != council || receipts.empty()) continue;
    last = std::max(last, receipts.back().receipt.as_of());
  }
  return last;
}

}  // namespace twinledger::simulation
