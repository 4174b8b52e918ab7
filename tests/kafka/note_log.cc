#include "tests/kafka/note_log.h"

#include <chrono>
#include <optional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "platform/store/table.h"

namespace twinledger::testing {
namespace {

using namespace std::chrono_literals;

const log::KafkaTopics kTopics{{"registry"}, 1};
constexpr auto kPatience = 60s;

std::string Numbered(const char* what, int number) { return what + std::to_string(number); }

// Once all is read that can be.
projection::PartitionStatus StatusWhenRead(NoteSystem& system) {
  absl::Notification read;
  system.runner().WaitForTail(system.clock().Monotonic() + kPatience,
                              [&](const Result<void>&) { read.Notify(); });
  read.WaitForNotification();
  return system.runner().Status().front();
}

}  // namespace

void ChangeAByte(std::string& value) {
  char& byte = value[value.size() / 2];
  byte = static_cast<char>(byte ^ 1);
}

NoteLog::NoteLog() { CreateKafkaLog(address_, kTopics); }

std::unique_ptr<NoteSystem> NoteLog::Replica(const std::filesystem::path& directory) const {
  return std::make_unique<NoteSystem>(OpenKafkaLog(address_, kTopics), directory, 1);
}

void NoteLog::WriteNotes(int count) {
  const auto system = Replica(directory_.path());
  for (int i = 0; i < count; ++i) {
    const int number = static_cast<int>(acknowledged_.size()) + 1;
    const writer::Command command = NoteCommand(
        Numbered("note-", number), Numbered("entity ", number), Numbered("text ", number));
    absl::Notification done;
    system->Submit(command, [&](const Result<writer::Outcome>& result) {
      TL_CHECK(result.ok());
      acknowledged_.push_back({command.request_id, result->partition, result->sequence,
                               crypto::Hex(result->commit_hash)});
      done.Notify();
    });
    done.WaitForNotification();
  }
}

projection::PartitionStatus NoteLog::ReadAll() const {
  const TempDirectory nothing;
  return StatusWhenRead(*Replica(nothing.path()));
}

projection::PartitionStatus NoteLog::ReadOn() const {
  return StatusWhenRead(*Replica(directory_.path()));
}

std::string NoteLog::TextOf(int number) const {
  const TempDirectory nothing;
  const auto system = Replica(nothing.path());
  StatusWhenRead(*system);
  const auto rows = system->runner().Snapshot();
  const auto row = store::CutReader(*rows).Find(
      NoteProjection::kNotes,
      NoteProjection::KeyOf(NoteCommand("", Numbered("entity ", number), "").key));
  return row.ok() && row->has_value() ? (*row)->bytes : "";
}

Checked NoteLog::Check() const {
  const auto log = OpenKafkaLog(address_, kTopics);
  const auto founding = log::ReadFounding(*log, {"registry", 0}, std::nullopt);
  TL_CHECK(founding.ok());
  const std::filesystem::path file = directory_.path() / "acknowledged";
  WriteAcknowledgements(file, address_, founding->root_hash, acknowledged_);
  return CheckTopics(file);
}

}  // namespace twinledger::testing
