#include "tests/simulation/services/watched_process.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "platform/projection/consistency.h"
#include "risk/projection/risk_view.h"

namespace twinledger::simulation {

std::string InputOf(const risk::events::v1::AssessmentRecorded& receipt) {
  std::string text =
      fmt::format("{}/{} on day {} after '{}' by {} {}", receipt.council_id(),
                  receipt.relationship_id(), receipt.as_of(), receipt.previous_receipt(),
                  receipt.rule_set_digest().substr(0, 8), receipt.engine_version());
  for (const auto& at : receipt.positions()) {
    text += fmt::format(" {}/{}/{}", at.stream(), at.partition(), at.sequence());
  }
  return text;
}

WatchedProcess::WatchedProcess(std::unique_ptr<Process> watched, const log::Founding& founding,
                               ProcessNotes& notes)
    : watched_(std::move(watched)), founding_(founding), notes_(notes), life_(notes.lives++) {}

Result<process::Finding> WatchedProcess::Look(const process::Moment& moment,
                                              const process::Task& task) {
  TL_TRY(process::Finding finding, watched_->Look(moment, task));
  simulation::Look look{.life = life_,
                        .council = task.subject,
                        .first = task.first,
                        .settled = finding.commands.empty() ? finding.day : finding.day - 1,
                        .missing = std::nullopt,
                        .read = moment.cut};
  if (!finding.commands.empty()) look.missing = finding.day;
  const std::string stream(risk::kStream);
  TL_TRY(const store::Cut read, projection::CutOf(*moment.rows, founding_, {stream}));
  look.receipts = read.at(
      {stream, log::PartitionOf(risk::CouncilKey(task.subject), founding_.root.partitions())});
  notes_.looks.push_back(std::move(look));
  for (const writer::Command& command : finding.commands) NoteInput(moment, command);
  return finding;
}

// What the writer would decide on these rows is what the command asks for.
void WatchedProcess::NoteInput(const process::Moment& moment, const writer::Command& command) {
  const auto decided = command.decide(store::CutReader(*moment.rows), {});
  const auto* events = decided ? std::get_if<writer::Events>(&*decided) : nullptr;
  risk::events::v1::RiskEvent event;
  if (events == nullptr || events->events.empty() ||
      !event.ParseFromString(events->events.front())) {
    return;
  }
  notes_.inputs.emplace(command.request_id, InputOf(event.assessment_recorded()));
}

}  // namespace twinledger::simulation
