// What a host tells its operator, beside what it does: each thing once, when it comes and where it
// helps when it goes.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/hash.h"
#include "platform/server/host.h"

namespace twinledger::server {

void Host::TellFirstStart() const {
  const DataDirectory& data = settings_.data_dir;
  const std::string where =
      settings_.kafka ? "topics " + settings_.kafka->prefix + ".*" : data.log().string();
  world_.logger.Info("founded a log in " + where + " with founding hash " +
                     crypto::Hex(log_.founding.root_hash) +
                     ", pinned in keys/founding.sha256; give the hash to whoever verifies");
  world_.logger.Info("client credentials of each role are in " +
                     (data.identity() / "clients").string());
  world_.logger.Warning("move " + (data.keys() / "recovery.pem").string() +
                            " offline: it alone can enrol and retire the keys of writers",
                        {.reason = "RECOVERY_KEY_ONLINE"});
}

void Host::TellLostKeys(const LostKeys& lost) const {
  world_.logger.Warning(
      fmt::format(
          "{} lacks the keys of {} of the fields that were sealed last, the first at {}: "
          "an older copy of it was brought back, its end was cut, or records were imported without "
          "their keys; stop the server, bring "
          "back the youngest copy that there is and start again; what it seals meanwhile "
          "stands in this one alone, so keep both",
          settings_.data_dir.keyring().string(), lost.fields, lost.first),
      {.reason = "KEYS_LOST"});
}

// A store that was there is also the memory of how far the log had reached.
void Host::TellRebuild(Module& module) const {
  const std::optional<Projected> projected = module.projected();
  if (log_.founded || !projected || projected->made_because.empty()) return;
  world_.logger.Warning(
      fmt::format("projection {} is built anew from the log: {}; whether the log is shorter than "
                  "it was before cannot be noticed at this start: compare it with receipts or an "
                  "export",
                  module.name(), projected->made_because),
      {.reason = "PROJECTION_REBUILT"});
}

void Host::TellTrouble() {
  // Once for each: the scrub repeats what it could not finish, and the log what it holds against
  // its topics.
  TellOnce(scrub_->found(), "the log could not be checked: ", told_scrub_);
  TellOnce(principals_->Check(), "", told_identity_);
  const Result<void> verdict = log_.log->Verdict();
  if (TellOnce(verdict, "the log cannot be used: ", told_verdict_) && verdict) {
    world_.logger.Info("the log can be used again");
  }
}

void Host::TellNoRoom(const std::vector<projection::PartitionStatus>& partitions) {
  Result<void> found;
  for (const projection::PartitionStatus& status : partitions) {
    if (status.no_room) found = *status.no_room;
  }
  TellOnce(found, "the start waits for room on the disk: ", told_no_room_);
}

bool Host::TellOnce(const Result<void>& found, std::string_view about, std::string& told) {
  const std::string trouble = found ? "" : found.error().message;
  if (trouble == told) return false;
  told = trouble;
  if (!found) {
    world_.logger.Failure(std::string(about) + trouble, {.reason = found.error().reason});
  }
  return true;
}

// Probes go on to say SERVING, for reads are served; each write is refused.
void Host::TellUnwritable(const Module& module) {
  if (module.writer() == nullptr) return;
  std::vector<std::string> partitions;
  std::string stream;
  for (const writer::WriterStatus& status : module.writer()->Status()) {
    if (!status.key_not_enrolled) continue;
    stream = status.partition.stream;
    partitions.push_back(ToString(status.partition));
  }
  Result<void> found;
  if (!partitions.empty()) {
    found = Error{
        Code::kFailedPrecondition,
        fmt::format("the writer key of stream {}, {}, is not enrolled in {}: each write to them is "
                    "refused, reads go on; restore keys/writer-{}.pem of this log from a backup",
                    stream, crypto::Hex(log_.keys.writers.at(stream).key_id()),
                    fmt::join(partitions, ", "), stream),
        "KEY_NOT_ENROLLED"};
  }
  TellOnce(found, "", told_unwritable_[std::string(module.name())]);
}

// What helps itself is not told.
void Host::TellProcess(Module& module) {
  if (module.process() == nullptr) return;
  const std::optional<Error> trouble = module.process()->Status().trouble;
  const Result<void> found =
      trouble && !trouble->retry_after ? Result<void>(*trouble) : Result<void>();
  TellOnce(found, fmt::format("what follows from events is not recorded by {}: ", module.name()),
           told_process_[std::string(module.name())]);
}

// True if there is nothing that keeps it from serving.
bool Host::TellReadiness(const std::string& module, const std::string& why_not) {
  std::string& told = why_not_ready_[module];
  // The text counts seconds: only its coming and going is news.
  if (!why_not.empty() && told.empty()) {
    world_.logger.Warning(module + " is not ready: " + why_not, {.reason = "NOT_READY"});
  } else if (why_not.empty() && !told.empty()) {
    world_.logger.Info(module + " is ready again");
  }
  told = why_not;
  return why_not.empty();
}

}  // namespace twinledger::server
