#include "risk/rpc/sources.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "risk/rpc/resource_names.h"

namespace twinledger::risk {
namespace {

using Records = std::map<std::string_view, const RecordInputs*>;

void AddRecord(const CouncilInputs& inputs, const RecordInputs& record, v1::FactSource& source) {
  v1::RecordSource& added = *source.add_records();
  added.set_record(RecordName(inputs.council_id, record.record_id));
  for (const Revision& revision : record.revisions) {
    added.add_commits(fmt::format("{}/{}", log::ToString(revision.partition), revision.sequence));
  }
}

// As extraction groups them: by principal after merges, else by the partner, else alone.
std::string GroupOf(const CouncilInputs& inputs, const RecordInputs& record) {
  const auto& fields = record.revisions.back().fields;
  if (!fields.has_gift() && !fields.has_hospitality()) return {};
  const auto& giver = fields.has_gift() ? fields.gift().donor() : fields.hospitality().host();
  if (!giver.principal_id().empty()) {
    const auto group = inputs.donor_groups.find(giver.principal_id());
    return group == inputs.donor_groups.end() ? giver.principal_id() : group->second;
  }
  if (!fields.relationship_id().empty()) return "relationship/" + fields.relationship_id();
  return "record/" + record.record_id;
}

v1::FactSource SourceOf(const std::string& fact, const std::string& group,
                        const CouncilInputs& inputs, const Records& records) {
  v1::FactSource source;
  source.set_fact(fact);
  const auto one = records.find(std::string_view(fact).substr(0, fact.find('/')));
  if (one != records.end()) {
    AddRecord(inputs, *one->second, source);
    return source;
  }
  if (group.empty()) return source;
  for (const RecordInputs& record : inputs.records) {
    if (record.revisions.back().state == state::v1::RECORD_STATE_RETRACTED) continue;
    if (GroupOf(inputs, record) == group) AddRecord(inputs, record, source);
  }
  return source;
}

}  // namespace

std::vector<v1::FactSource> SourcesOf(const Assessed& assessed, const CouncilInputs& inputs) {
  Records records;
  for (const RecordInputs& record : inputs.records) records.emplace(record.record_id, &record);
  std::map<std::string_view, std::string_view> groups;
  for (const v1::Fact& fact : assessed.input.facts()) groups.emplace(fact.id(), fact.group());
  std::set<std::string> facts;
  for (const v1::Line& line : assessed.assessment.lines()) {
    facts.insert(line.facts().begin(), line.facts().end());
  }
  facts.insert(assessed.assessment.suppressed().begin(), assessed.assessment.suppressed().end());

  std::vector<v1::FactSource> sources;
  for (const std::string& fact : facts) {
    const auto group = groups.find(fact);
    sources.push_back(SourceOf(
        fact, group == groups.end() ? std::string() : std::string(group->second), inputs, records));
  }
  return sources;
}

}  // namespace twinledger::risk
