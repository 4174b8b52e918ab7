// A founded embedded log with a few commits: two streams of two partitions.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "tests/support/log_calls.h"
#include "tests/support/temp_directory.h"
#include "tests/support/test_chain.h"

namespace twinledger::testing {

class SmallLog {
 public:
  explicit SmallLog(std::filesystem::path directory, const std::string& founder = "log")
      : directory_(std::move(directory)), founder_(founder, 2, {"registry", "risk"}) {
    TL_CHECK(log::EmbeddedLog::Create(directory_).ok());
    Open();
    SeededRandom random("founding");
    founding_ = *log::FoundLog(*log_, founder_.content, founder_.writer_keys, std::nullopt,
                               EpochClock(), random);
    for (const log::PartitionId& partition : log::PartitionsOf(founding_.root)) {
      ++records_;
      ++commits_;
      const auto& key = founder_.writer_keys.at(partition.stream);
      auto& writer = writers_.emplace(partition, ChainWriter(partition, key, 2)).first->second;
      writer.Follow(ReadAll(*log_, partition).records.front());
    }
    Append({"registry", 0}, 2);
    Append({"risk", 0});
    Append({"registry", 1});
    Append({"risk", 0});
    Append({"registry", 0});
  }

  // The next record of a partition.
  void Append(const log::PartitionId& partition, std::uint64_t commits = 1) {
    const std::string record = writers_.at(partition).Next(commits);
    TL_CHECK(AppendAndWait(*log_, partition, record).kind == log::AppendOutcome::Kind::kAppended);
    ++records_;
    commits_ += commits;
  }

  void Open() {
    log::EmbeddedOptions options;
    options.fill_ahead_bytes = 64u << 10;  // Whoever changes byte after byte reads them each time.
    auto opened = log::EmbeddedLog::Open(directory_, options);
    TL_CHECK(opened.ok());
    log_ = *std::move(opened);
  }
  void Close() { log_.reset(); }

  log::EmbeddedLog& log() { return *log_; }
  const TestFounding& founder() const { return founder_; }
  const log::Founding& founding() const { return founding_; }
  ChainWriter& writer(const log::PartitionId& partition) { return writers_.at(partition); }
  std::uint64_t records() const { return records_; }
  std::uint64_t commits() const { return commits_; }

 private:
  class EpochClock final : public Clock {
   public:
    WallTime Now() const override { return WallTime(std::chrono::microseconds(1)); }
    MonotonicTime Monotonic() const override { return {}; }
  };

  const std::filesystem::path directory_;
  const TestFounding founder_;
  log::Founding founding_;
  std::map<log::PartitionId, ChainWriter> writers_;
  std::unique_ptr<log::EmbeddedLog> log_;
  std::uint64_t records_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace twinledger::testing
