// Commands a second through the partition writers on the embedded log, beside the plainest group
// commit there could be on the same disk: one file, one thread, one fdatasync for all that waits.
//
// Both have 64 clients that each wait for their reply. The ratio is the price of chain, signatures,
// request index and projection; only the ratio is comparable between machines.
#include <absl/synchronization/mutex.h>
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/benchmarks/closed_loop.h"
#include "tests/support/note_system.h"

namespace twinledger {
namespace {

constexpr int kCommandsARun = 20'000;
constexpr std::size_t kEventBytes = 276;

std::filesystem::path FreshDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "twinledger-bench-XXXXXX").string();
  TL_CHECK(mkdtemp(path.data()) != nullptr);
  return path;
}

class PlainGroupCommit {
 public:
  explicit PlainGroupCommit(const std::filesystem::path& file)
      : descriptor_(open(file.c_str(), O_CREAT | O_RDWR, 0600)),
        thread_([this](std::stop_token stop) { Work(stop); }) {
    // Written before the run, so that a sync needs no new metadata.
    const std::string zeros(64 << 20, '\0');
    TL_CHECK(pwrite(descriptor_, zeros.data(), zeros.size(), 0) > 0 && fsync(descriptor_) == 0);
  }
  ~PlainGroupCommit() {
    thread_.request_stop();
    thread_.join();
    close(descriptor_);
  }

  void Append(std::string bytes, std::function<void()> done) {
    absl::MutexLock lock(&mutex_);
    waiting_.emplace_back(std::move(bytes), std::move(done));
  }

 private:
  void Work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<std::pair<std::string, std::function<void()>>> group;
      {
        absl::MutexLock lock(&mutex_);
        const auto any = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return !waiting_.empty(); };
        mutex_.AwaitWithTimeout(absl::Condition(&any), absl::Milliseconds(20));
        group.swap(waiting_);
      }
      std::string bytes;
      for (const auto& [record, done] : group) bytes += record;
      TL_CHECK(pwrite(descriptor_, bytes.data(), bytes.size(), end_) ==
               static_cast<ssize_t>(bytes.size()));
      end_ += static_cast<off_t>(bytes.size());
      if (!group.empty()) TL_CHECK(fdatasync(descriptor_) == 0);
      for (const auto& [record, done] : group) done();
    }
  }

  const int descriptor_;
  off_t end_ = 0;
  absl::Mutex mutex_;
  std::vector<std::pair<std::string, std::function<void()>>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

void PlainGroupCommitBaseline(benchmark::State& state) {
  const std::filesystem::path directory = FreshDirectory();
  {
    PlainGroupCommit file(directory / "file");
    for (auto _ : state) {
      testing::ClosedLoop(kCommandsARun, [&](int, std::function<void()> done) {
        file.Append(std::string(kEventBytes, 'x'), std::move(done));
      }).Run();
    }
  }
  state.SetItemsProcessed(state.iterations() * kCommandsARun);
  std::filesystem::remove_all(directory);
}
BENCHMARK(PlainGroupCommitBaseline)
    ->UseRealTime()
    ->Iterations(3)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

void WritersOnTheEmbeddedLog(benchmark::State& state) {
  const std::filesystem::path directory = FreshDirectory();
  {
    testing::NoteSystem system(directory, 8);
    int run = 0;
    for (auto _ : state) {
      ++run;
      testing::ClosedLoop(kCommandsARun, [&](int number, std::function<void()> done) {
        const std::string id = std::to_string(run) + "/" + std::to_string(number);
        std::string text = id + "/";
        text.resize(kEventBytes, 'x');
        system.Submit(testing::NoteCommand(id, "entity " + std::to_string(number % 500), text),
                      [done = std::move(done)](const Result<writer::Outcome>& result) {
                        TL_CHECK(result.ok());
                        done();
                      });
      }).Run();
    }
  }
  state.SetItemsProcessed(state.iterations() * kCommandsARun);
  std::filesystem::remove_all(directory);
}
BENCHMARK(WritersOnTheEmbeddedLog)
    ->UseRealTime()
    ->Iterations(3)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace twinledger

BENCHMARK_MAIN();
