#include "risk/process/risk_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "platform/base/planted_bug.h"
#include "platform/crypto/uuid5.h"
#include "platform/projection/commit_of_row.h"
#include "platform/projection/consistency.h"
#include "platform/projection/platform_tables.h"
#include "platform/writer/request_digest.h"
#include "risk/inputs/input_tables.h"
#include "risk/projection/risk_view.h"
#include "risk/receipts/receipt.h"

namespace twinledger::risk {
namespace {

using events::v1::AssessmentRecorded;
using process::Finding;
using process::Moment;
using process::Task;

constexpr std::string_view kRequestIds = "b1a4a0c3-6a3e-5c7d-8f4b-0d3a5a5b1c11";

// Of a day; of more, reading the council costs less.
constexpr log::Sequence kChangesMost = 2'000;
constexpr std::size_t kChangesKept = 64;

// One input of one subject, after one receipt: whoever finds it missing sends the same request.
std::string RequestIdOf(const AssessmentRecorded& wanted) {
#ifdef TWINLEDGER_PLANTED_BUGS
  static std::atomic<int> asked = 0;
  if (Planted(PlantedBug::kRandomRequestId)) return fmt::format("request {}", ++asked);
#endif
  std::string name =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", wanted.council_id(), wanted.relationship_id(),
                  wanted.as_of(), wanted.rule_set_digest(), wanted.engine_version(),
                  wanted.extraction_version(), wanted.previous_receipt());
  for (const events::v1::InputPosition& position : wanted.positions()) {
    name += fmt::format("\n{}/{}/{}", position.stream(), position.partition(), position.sequence());
  }
  return crypto::Uuid5(kRequestIds, name);
}

log::v1::Refusal RefusalOf(const Rejected& rejected) {
  log::v1::Refusal refusal;
  refusal.set_code(static_cast<std::int32_t>(Code::kAborted));
  refusal.set_reason(std::string(ReasonOf(rejected.rejection)));
  refusal.set_message(fmt::format(
      "the receipt {} is in the way: look at the subject again, and assess it if it still differs",
      rejected.standing.empty() ? "that was named" : rejected.standing));
  log::v1::Detail& detail = *refusal.add_details();
  detail.set_key("receipt");
  detail.set_value(rejected.standing);
  return refusal;
}

std::optional<state::v1::AssessmentRow> RowOf(const std::optional<Receipt>& receipt) {
  return receipt ? std::optional(receipt->row) : std::nullopt;
}

writer::Decide DecideOn(AssessmentRecorded wanted) {
  return [wanted = std::move(wanted)](
             const store::RowReader& rows,
             const writer::DecisionContext& /*context*/) -> Result<writer::Decision> {
    TL_TRY(std::optional<Receipt> last,
           LastReceipt(rows, {wanted.council_id(), wanted.relationship_id()}));
    if (last && Planted(PlantedBug::kReceiptBeforeIgnored)) {
      last->row.set_event(wanted.previous_receipt());
    }
    const ReceiptDecision decision = Decide(RowOf(last), wanted);
    if (!decision) return writer::Decision(RefusalOf(decision.error()));
    writer::Events events{.events = {},
                          .marking = log::v1::MARKING_IN_CONFIDENCE,
                          .release_class = log::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY};
    for (const events::v1::RiskEvent& event : *decision) {
      events.events.push_back(event.SerializeAsString());
    }
    return writer::Decision(std::move(events));
  };
}

// The record that it answers, where there is one.
std::string CausationOf(const AssessmentRecorded& wanted) {
  for (const events::v1::InputPosition& position : wanted.positions()) {
    if (position.stream() != kEngagementStream) continue;
    return fmt::format("{}/{}/{}", position.stream(), position.partition(), position.sequence());
  }
  return {};
}

bool Reaches(const store::Cut& cut, const store::Cut& positions) {
  return std::ranges::all_of(positions, [&](const auto& position) {
    const auto found = cut.find(position.first);
    return found != cut.end() && found->second >= position.second;
  });
}

// What the last receipt rests on has been read too, and has not changed since: so the positions of
// a subject's receipts never go back.
store::Cut Later(store::Cut positions, const store::Cut& others) {
  for (const auto& [partition, sequence] : others) {
    log::Sequence& position = positions[partition];
    position = std::max(position, sequence);
  }
  return positions;
}

Result<bool> IsParked(const store::RowReader& rows, const CouncilInputs& inputs) {
  bool parked = false;
  TL_TRY_VOID(rows.Scan(projection::kParked.id, {}, {}, [&](const store::RowVersion& version) {
    const store::RowKey& key = version.key;  // stream, partition, type, id
    parked = parked || (key.at(2) == "council" && key.at(3) == inputs.council_id) ||
             (key.at(2) == "principal" && inputs.principals.contains(key.at(3)));
    return !parked;
  }));
  return parked;
}

}  // namespace

RiskProcess::RiskProcess(const Rules& rules, std::string request_digest_key)
    : rules_(rules), request_digest_key_(std::move(request_digest_key)), past_(rules) {}

std::vector<std::string> RiskProcess::streams() const {
  return {std::string(kRegistryStream), std::string(kEngagementStream)};
}

Result<std::vector<std::string>> RiskProcess::Subjects(const Moment& moment) {
  return ScoredCouncils(store::CutReader(*moment.rows, moment.cut));
}

Result<std::vector<std::string>> RiskProcess::TouchedBy(const Moment& /*moment*/,
                                                        const log::v1::EntityKey& entity) {
  if (entity.type() == "council") return std::vector{entity.id()};
  const auto found = councils_of_.find(entity.type() == "principal" ? entity.id() : "");
  if (found == councils_of_.end()) return std::vector<std::string>();
  return std::vector(found->second.begin(), found->second.end());
}

// Before its first record there is nothing to score.
Result<Day> RiskProcess::SettledUntil(const Moment& moment, const std::string& council, Day today) {
  TL_TRY(const std::vector<Receipt> receipts,
         LastReceiptsOf(store::CutReader(*moment.rows), council));
  Day settled = kDayMin;
  for (const Receipt& receipt : receipts) {
    const Day again = Planted(PlantedBug::kLastDayTaken) ? 0 : 1;
    settled = std::max(settled, receipt.row.receipt().as_of() - again);
  }
  if (!receipts.empty()) return settled;
  TL_TRY(const Standing standing, StandingAt(moment, council, moment.cut));
  Day first = today;
  if (standing.inputs) {
    for (const RecordInputs& record : standing.inputs->records) {
      first = std::min(first, record.revisions.front().recorded);
    }
  }
  return first - 1;
}

std::string RiskProcess::recorded_in() const { return std::string(kStream); }

Result<std::optional<Day>> RiskProcess::RecordedSince(const Moment& moment,
                                                      const std::string& council,
                                                      const log::PartitionId& partition,
                                                      log::Sequence seen) {
  TL_TRY(const std::vector<Receipt> receipts,
         LastReceiptsOf(store::CutReader(*moment.rows), council));
  std::optional<Day> first;
  for (const Receipt& receipt : receipts) {
    if (receipt.partition != partition || receipt.sequence <= seen) continue;
    const Day day = receipt.row.receipt().as_of();
    first = std::min(first.value_or(day), day);
  }
  return first;
}

Result<store::Cut> RiskProcess::CutAtEndOf(const Moment& moment, Day day) {
  if (ends_of_ != moment.cut) {
    ends_.clear();
    ends_of_ = moment.cut;
  }
  const auto known = ends_.find(day);
  if (known != ends_.end()) return known->second;
  TL_TRY(store::Cut cut, projection::CutAt(*moment.rows, moment.cut, EndOf(day)));
  return ends_.emplace(day, std::move(cut)).first->second;
}

Result<RiskProcess::Standing> RiskProcess::StandingAt(const Moment& moment,
                                                      const std::string& council, store::Cut cut) {
  Standing standing{.cut = std::move(cut), .inputs = std::nullopt};
  const store::CutReader rows(*moment.rows, standing.cut);
  Result<CouncilInputs> inputs = ReadCouncilInputs(rows, council);
  if (!inputs) {
    if (inputs.error().code == Code::kNotFound) return standing;
    return std::move(inputs).error();
  }
  TL_TRY(standing.incomplete, IsParked(rows, *inputs));
  for (const std::string& id : inputs->principals) councils_of_[id].insert(council);
  standing.inputs = *std::move(inputs);
  return standing;
}

Result<const RiskProcess::Changes*> RiskProcess::ChangesOf(const Moment& moment, Day day,
                                                           const store::Cut& from,
                                                           const store::Cut& to) {
  const auto known = changes_.find(day);
  if (known != changes_.end() && known->second.from == from && known->second.to == to) {
    return &known->second;
  }
  if (changes_.size() >= kChangesKept) changes_.clear();
  Changes changes{.from = from, .to = to, .ids = {}};
  log::Sequence commits = 0;
  for (const auto& [partition, end] : to) {
    const auto begin = from.find(partition);
    const log::Sequence seen = begin == from.end() ? 0 : begin->second;
    commits += end - std::min(seen, end);
    changes.many = changes.many || commits > kChangesMost;
    if (changes.many) continue;
    TL_TRY_VOID(projection::VisitCommits(
        *moment.rows, partition, seen, end,
        [&changes](const projection::v1::CommitRow& commit) -> Result<void> {
          changes.ids.insert(commit.key().id());
          return {};
        }));
  }
  return &changes_.insert_or_assign(day, std::move(changes)).first->second;
}

// All that is read of a council is written by commits about it and about its principals.
Result<bool> RiskProcess::IsUnchanged(const Moment& moment, Day day, const std::string& council,
                                      const Standing& before, const store::Cut& cut) {
  if (before.cut == cut) return true;
  TL_TRY(const Changes* const changes, ChangesOf(moment, day, before.cut, cut));
  if (changes->many || changes->ids.contains(council)) return false;
  if (!before.inputs) return true;
  return std::ranges::none_of(before.inputs->principals, [&](const std::string& principal) {
    return changes->ids.contains(principal);
  });
}

Result<Finding> RiskProcess::Look(const Moment& moment, const Task& task) {
  std::optional<Standing> standing;
  for (Day day = task.first; day <= task.last; ++day) {
    TL_TRY(store::Cut cut, CutAtEndOf(moment, day));
    bool unchanged = false;
    if (standing) {
      TL_TRY(unchanged, IsUnchanged(moment, day, task.subject, *standing, cut));
    }
    if (unchanged) {
      standing->cut = std::move(cut);
    } else {
      TL_TRY(standing, StandingAt(moment, task.subject, std::move(cut)));
    }
    // What never had a record has nothing to score, and never had a receipt.
    if (!standing->inputs || standing->inputs->records.empty()) continue;
    TL_TRY(std::vector<writer::Command> missing, Missing(moment, *standing, day));
    if (!missing.empty()) return Finding{day, std::move(missing)};
  }
  return Finding{task.last, {}};
}

Result<std::vector<writer::Command>> RiskProcess::Missing(const Moment& moment,
                                                          const Standing& standing, Day day) {
  const store::CutReader receipts(*moment.rows);
  TL_TRY(const std::vector<Facts> facts, FactsOf(*standing.inputs, rules_, day));
  std::vector<std::optional<Receipt>> last;
  bool settled = true;
  for (const Facts& one : facts) {
    TL_TRY(std::optional<Receipt> found, LastReceipt(receipts, one.subject));
    settled = settled && IsSettled(RowOf(found), one, rules_);
    last.push_back(std::move(found));
  }
  std::vector<writer::Command> commands;
  if (settled) return commands;

  std::vector<Assessed> all;
  for (const Facts& one : facts) {
    TL_TRY(const Before before, past_.BeforeDay(*moment.rows, receipts, one.subject, day));
    TL_TRY(Assessed assessed, one.subject.is_council() ? AssessWhole(one, all, rules_, before)
                                                       : AssessRelationship(one, rules_, before));
    const std::optional<Receipt>& before_it = last[all.size()];
    if (auto command = Missing(standing, assessed, before_it))
      commands.push_back(*std::move(command));
    all.push_back(std::move(assessed));
  }
  return commands;
}

std::optional<writer::Command> RiskProcess::Missing(const Standing& standing,
                                                    const Assessed& assessed,
                                                    const std::optional<Receipt>& last) const {
  store::Cut positions = standing.inputs->positions;
  if (last) {
    const store::Cut before = PositionsOf(last->row.receipt());
    if (!Reaches(standing.cut, before)) return std::nullopt;  // Another replica has read further.
    positions = Later(std::move(positions), before);
  }
  AssessmentRecorded wanted = ReceiptOf(assessed, positions, rules_, standing.incomplete);
  if (last) wanted.set_previous_receipt(last->row.event());
  const ReceiptDecision decision = Decide(RowOf(last), wanted);
  if (!decision || decision->empty()) return std::nullopt;
  return CommandOf(wanted);
}

writer::Command RiskProcess::CommandOf(const AssessmentRecorded& wanted) const {
  writer::Command command;
  command.key = CouncilKey(wanted.council_id());
  command.method = kAssessSubject;
  command.actor = kProcessAccount;
  command.request_id = RequestIdOf(wanted);
  command.digest = writer::RequestDigest(request_digest_key_, kAssessSubject, kProcessAccount,
                                         command.request_id);
  command.causation = CausationOf(wanted);
  command.decide = DecideOn(wanted);
  return command;
}

}  // namespace twinledger::risk
