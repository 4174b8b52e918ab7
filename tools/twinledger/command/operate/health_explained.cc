#include "twinledger/command/operate/health_explained.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "twinledger/fields/to_json.h"

namespace twinledger::client {
namespace {

namespace v1 = operations::v1;

constexpr std::string_view kRunbooks = "docs/operations/alerts.md#";

// One row a condition. `{}` in `what` is the amount; the alert is a section of the runbooks too.
struct Row {
  v1::HealthCondition condition;
  Weight weight;
  std::string_view what;
  std::string_view todo;
  std::string_view metric;
  std::string_view alert;
};

constexpr std::array<Row, 18> kRows{{
    {v1::HEALTH_CONDITION_PARTITION_STOPPED, Weight::kWrong,
     "the partition is read no more, and nothing is written to it; the others go on",
     "read the line of the server's log; verify the log with `twinledger log verify` before "
     "anything "
     "is restored or restarted",
     "twinledger_projection_stopped", "TwinledgerPartitionStopped"},
    {v1::HEALTH_CONDITION_CATCHING_UP, Weight::kNote,
     "the log is being read for the first time since the start, {} records are left; calls wait or "
     "go to another server",
     "wait; `twinledger projection list` shows how far it is", "twinledger_service_unready",
     "TwinledgerServiceNotReady"},
    {v1::HEALTH_CONDITION_BEHIND, Weight::kWrong,
     "for {} seconds it has not been known to hold all of the log; probes say NOT_SERVING",
     "look whether the brokers answer and the machine is overloaded; clients go to other servers "
     "meanwhile",
     "twinledger_projection_lag_seconds", "TwinledgerProjectionBehind"},
    {v1::HEALTH_CONDITION_KEY_NOT_ENROLLED, Weight::kWrong,
     "every write is refused: the writer key in keys/ is not one that this log knows; reads go on",
     "restore the writer's key of this log from a backup, and start again",
     "twinledger_writer_key_not_enrolled", "TwinledgerKeyNotEnrolled"},
    {v1::HEALTH_CONDITION_QUEUE_LONG, Weight::kWrong,
     "{} commands wait, and soon new ones are refused with QUEUE_FULL",
     "look at what calls most (twinledger_rpc_calls_total) and at the disk's latency",
     "twinledger_writer_queued_commands", "TwinledgerQueueLong"},
    {v1::HEALTH_CONDITION_WRITER_WAITS, Weight::kNote,
     "{} commands wait until it is known what became of an append; clients are told to repeat",
     "nothing, if it passes within a minute; else look at the brokers", "twinledger_writer_running",
     "TwinledgerWriterWaits"},
    {v1::HEALTH_CONDITION_ENTITIES_PARKED, Weight::kNote,
     "{} entities have events that this program cannot apply; answers about them say incomplete",
     "install the newer program that recorded them", "twinledger_projection_parked_entities",
     "TwinledgerEntitiesParked"},
    {v1::HEALTH_CONDITION_VOID_RECORDS, Weight::kNote,
     "{} records were void since the start: replicas that race make a few, others than the log's "
     "writers make many",
     "if the server's log says VOID_RECORDS, take the right to append away from who has it wrongly",
     "twinledger_log_void_records_read_total", "TwinledgerVoidRecords"},
    {v1::HEALTH_CONDITION_PROCESS_FAILING, Weight::kWrong,
     "of {} subjects what follows from events could not be recorded; it is tried again by itself",
     "read the line of the server's log", "twinledger_process_failing_subjects",
     "TwinledgerProcessFailing"},
    {v1::HEALTH_CONDITION_PROCESS_LATE, Weight::kNote,
     "for {} seconds there has been something left to look at; assessments and alerts are late",
     "wait after an import or a long stop; else look at the processor",
     "twinledger_process_unsettled_seconds", "TwinledgerProcessLate"},
    {v1::HEALTH_CONDITION_LOG_UNUSABLE, Weight::kWrong,
     "the log as a whole cannot be used: its topics are not as they must be, or its disk hangs",
     "read the line of the server's log, and put the topics' settings or the disk right",
     "twinledger_log_usable", "TwinledgerLogUnusable"},
    {v1::HEALTH_CONDITION_SCRUB_FAILED, Weight::kWrong,
     "the last check of the whole log found damage, or could not be finished",
     "read the line of the server's log; with damage, keep the disk and verify the log offline",
     "twinledger_log_scrub_failing", "TwinledgerScrubFailed"},
    {v1::HEALTH_CONDITION_SCRUB_LATE, Weight::kNote, "the whole log was last checked {} hours ago",
     "look whether the server has processor time and the disk answers; scrub_hours sets the time",
     "twinledger_log_scrub_ended_timestamp_seconds", "TwinledgerScrubLate"},
    {v1::HEALTH_CONDITION_DISK_NEARLY_FULL, Weight::kWrong,
     "{} bytes are left on the disk of the data directory; without any, writes are refused",
     "make room or enlarge the disk; nothing of the log may be deleted",
     "twinledger_data_free_bytes", "TwinledgerDiskNearlyFull"},
    {v1::HEALTH_CONDITION_NO_ROOM, Weight::kWrong,
     "{} records cannot be applied, for their rows have no room on the disk: commands are refused, "
     "reads answer from before; probes say NOT_SERVING",
     "make room or enlarge the disk: it goes on by itself; nothing of the log may be deleted",
     "twinledger_service_unready", "TwinledgerDiskNearlyFull"},
    {v1::HEALTH_CONDITION_CLOCK_NOT_BELIEVED, Weight::kWrong,
     "the server's clock jumped by more than a minute, or is so far behind the log's last record: "
     "writes are refused",
     "set the clock right, and look why it jumped; a start believes the clock that it finds",
     "twinledger_writer_clock_not_believed", "TwinledgerClockNotBelieved"},
    {v1::HEALTH_CONDITION_CERTIFICATE_ENDS, Weight::kNote,
     "the server's certificate ends in {} days; then no client connects",
     "restart the server: a start renews it; a replica needs `twinledger replica create`",
     "twinledger_certificate_not_after_timestamp_seconds", "TwinledgerCertificateEnds"},
    {v1::HEALTH_CONDITION_KEYS_LOST, Weight::kWrong,
     "at the start the keyring lacked the keys of {} of the fields that were sealed last; nobody "
     "can read them",
     "stop the server, bring back the youngest copy of the keyring and start again; keep the one "
     "that served meanwhile",
     "twinledger_keyring_fields_without_keys", "TwinledgerKeysLost"},
}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  });
  return lower;
}

std::string WhereIs(const v1::HealthFinding& finding) {
  if (!finding.partition().empty()) {
    return fmt::format("{} ({})", finding.service(), finding.partition());
  }
  return finding.service().empty() ? "the server" : finding.service();
}

Explained ExplainOne(const v1::HealthFinding& finding) {
  const auto* const row = std::ranges::find(kRows, finding.condition(), &Row::condition);
  Explained explained{.where = WhereIs(finding), .log = finding.reason()};
  if (row == kRows.end()) {
    explained.what = fmt::format("something is wrong that this client does not know (condition {})",
                                 static_cast<int>(finding.condition()));
    explained.todo = "use the client of the server's version";
    return explained;
  }
  explained.weight = row->weight;
  explained.what = row->what;
  if (const std::size_t place = explained.what.find("{}"); place != std::string::npos) {
    explained.what.replace(place, 2, std::to_string(finding.amount()));
  }
  explained.todo = row->todo;
  explained.metric = row->metric;
  explained.runbook = std::string(kRunbooks) + Lower(row->alert);
  return explained;
}

}  // namespace

std::vector<Explained> Explain(const v1::GetHealthResponse& health) {
  std::vector<Explained> all;
  for (const v1::HealthFinding& finding : health.findings()) all.push_back(ExplainOne(finding));
  std::ranges::stable_sort(all, std::greater(), &Explained::weight);
  return all;
}

std::vector<std::string> RightOf(const v1::GetHealthResponse& health) {
  std::vector<std::string> lines;
  for (const v1::ServiceHealth& service : health.services()) {
    if (!service.serving() || service.partitions_unwritable() > 0) continue;
    lines.push_back(fmt::format("{}: serves; all {} partitions are read, {} records left to read",
                                service.name(), service.partitions(), service.lag()));
  }
  return lines;
}

Json ToJson(const Explained& explained) {
  return {{"weight", explained.weight == Weight::kWrong ? "WRONG" : "NOTE"},
          {"where", explained.where},
          {"what", explained.what},
          {"do", explained.todo},
          {"log_reason", explained.log},
          {"metric", explained.metric},
          {"runbook", explained.runbook}};
}

std::string ToText(const Explained& explained) {
  std::string text = fmt::format("{}  {}: {}\n    do       {}\n",
                                 explained.weight == Weight::kWrong ? "WRONG" : "note ",
                                 explained.where, explained.what, explained.todo);
  if (!explained.log.empty()) {
    text += fmt::format("    log      lines with \"reason\":\"{}\"\n", explained.log);
  }
  if (!explained.metric.empty()) text += fmt::format("    metric   {}\n", explained.metric);
  if (!explained.runbook.empty()) text += fmt::format("    runbook  {}\n", explained.runbook);
  return text;
}

}  // namespace twinledger::client
