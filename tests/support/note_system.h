// The spine in one process: a log, a projection of notes on RocksDB in a directory, and the writers
// between them. Opening the directory again is a restart.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "platform/base/check.h"
#include "platform/crypto/system_random.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/projection/runner.h"
#include "platform/projection/store_folder.h"
#include "platform/writer/writer.h"
#include "tests/support/note_projection.h"
#include "tests/support/test_chain.h"

namespace twinledger::testing {

class NoteSystem {
 public:
  // On an embedded log in the directory.
  NoteSystem(const std::filesystem::path& directory, std::uint32_t partitions)
      : NoteSystem(OpenEmbedded(directory / "log"), directory, partitions) {}

  // On any log, which others may write to as well.
  NoteSystem(std::unique_ptr<log::EventLog> log, const std::filesystem::path& directory,
             std::uint32_t partitions)
      : founder_("notes", partitions), log_(std::move(log)) {
    const log::Founding founding = Value(log::FoundLog(
        *log_, founder_.content, founder_.writer_keys, std::nullopt, clock_, random_));
    projection::OpenedStore rows =
        Value(projection::OpenStore(directory / "notes", projection_, founding));
    runner_ = Value(
        projection::Runner::Open(*log_, founding, projection_, std::move(rows.store), clock_));
    writer_ =
        std::make_unique<writer::Writer>(*log_, *runner_, founding, "registry",
                                         founder_.writer_keys.at("registry"), clock_, random_);
    runner_->Start();
  }

  ~NoteSystem() { runner_->Stop(); }

  void Submit(writer::Command command, writer::Reply reply,
              std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    writer_->Submit(std::move(command), clock_.Monotonic() + timeout, std::move(reply));
  }

  log::EventLog& log() { return *log_; }
  projection::Runner& runner() { return *runner_; }
  writer::Writer& writer() { return *writer_; }
  const Clock& clock() const { return clock_; }

 private:
  static std::unique_ptr<log::EventLog> OpenEmbedded(const std::filesystem::path& directory) {
    if (!std::filesystem::exists(directory)) TL_CHECK(log::EmbeddedLog::Create(directory).ok());
    return Value(log::EmbeddedLog::Open(directory));
  }

  template <class T>
  static T Value(Result<T> result) {
    if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
    TL_CHECK(result.ok());
    return *std::move(result);
  }

  const TestFounding founder_;
  const NoteProjection projection_;
  const SystemClock clock_;
  crypto::SystemRandom random_;
  const std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<projection::Runner> runner_;
  std::unique_ptr<writer::Writer> writer_;
};

}  // namespace twinledger::testing
