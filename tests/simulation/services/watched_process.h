// A process that is watched: what it looked at, and what it asked for, is noted.
#pragma once

#include <memory>
#include <string>

#include "platform/process/process.h"
#include "tests/simulation/services/evidence.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::simulation {

// Subject, day, rules, positions and the receipt before: what a receipt is made of.
std::string InputOf(const risk::events::v1::AssessmentRecorded& receipt);

// Threads: as Process.
class WatchedProcess final : public process::Process {
 public:
  // `founding` and `notes` outlive it.
  WatchedProcess(std::unique_ptr<Process> watched, const log::Founding& founding,
                 ProcessNotes& notes);

  std::vector<std::string> streams() const override { return watched_->streams(); }
  Result<std::vector<std::string>> Subjects(const process::Moment& moment) override {
    return watched_->Subjects(moment);
  }
  Result<std::vector<std::string>> TouchedBy(const process::Moment& moment,
                                             const log::v1::EntityKey& entity) override {
    return watched_->TouchedBy(moment, entity);
  }
  Result<Day> SettledUntil(const process::Moment& moment, const std::string& subject,
                           Day today) override {
    return watched_->SettledUntil(moment, subject, today);
  }
  std::string recorded_in() const override { return watched_->recorded_in(); }
  Result<std::optional<Day>> RecordedSince(const process::Moment& moment,
                                           const std::string& subject,
                                           const log::PartitionId& partition,
                                           log::Sequence seen) override {
    return watched_->RecordedSince(moment, subject, partition, seen);
  }
  Result<process::Finding> Look(const process::Moment& moment, const process::Task& task) override;

 private:
  void NoteInput(const process::Moment& moment, const writer::Command& command);

  const std::unique_ptr<Process> watched_;
  const log::Founding& founding_;
  ProcessNotes& notes_;
  const std::size_t life_;
};

}  // namespace twinledger::simulation
