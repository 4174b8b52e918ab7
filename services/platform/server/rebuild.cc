#include "platform/server/rebuild.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <thread>

#include "platform/projection/store_folder.h"

namespace twinledger::server {
namespace {

using projection::PartitionStatus;

constexpr std::chrono::milliseconds kLook{20};
// Long enough for a partition to stand still between two commits of a busy client.
constexpr std::chrono::seconds kCompareTimeMax{30};

// The folder of a rebuild: empty before, gone afterwards.
class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) { Remove(); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { Remove(); }

  const std::filesystem::path& path() const { return path_; }

 private:
  void Remove() const {
    std::error_code error;  // What is left is removed by the next one.
    std::filesystem::remove_all(path_, error);
  }
  std::filesystem::path path_;
};

Error Cancelled() {
  return {Code::kCancelled, "the rebuild was given up; what served is untouched", "CANCELLED"};
}

Result<void> StoppedError(const std::vector<PartitionStatus>& partitions) {
  for (const PartitionStatus& status : partitions) {
    if (status.stopped) return *status.stopped;
    if (status.no_room) return *status.no_room;  // What serves needs the room more.
  }
  return {};
}

// Takes a pair of each partition that stands at one sequence in both.
class Comparison {
 public:
  void Look(const std::vector<PartitionStatus>& serving,
            const std::vector<PartitionStatus>& rebuilt) {
    for (const PartitionStatus& status : serving) {
      if (pairs_.contains(status.partition)) continue;
      const auto other = std::ranges::find(rebuilt, status.partition, &PartitionStatus::partition);
      if (other == rebuilt.end() || other->sequence != status.sequence) continue;
      pairs_[status.partition] = {status.partition, status.sequence, status.digest, other->digest};
    }
  }

  bool HasAll(std::size_t partitions) const { return pairs_.size() == partitions; }

  std::vector<DigestPair> Pairs() const {
    std::vector<DigestPair> pairs;
    for (const auto& [partition, pair] : pairs_) pairs.push_back(pair);
    return pairs;
  }

 private:
  std::map<log::PartitionId, DigestPair> pairs_;
};

Result<std::vector<DigestPair>> Compare(const RebuildRequest& request,
                                        const projection::Runner& rebuilt,
                                        const std::function<bool(const ReadProgress&)>& report) {
  Comparison comparison;
  const MonotonicTime until = request.clock.Monotonic() + kCompareTimeMax;
  MonotonicTime reported = request.clock.Monotonic();
  while (request.clock.Monotonic() < until) {
    const std::vector<PartitionStatus> serving = request.projected.runner.Status();
    const std::vector<PartitionStatus> again = rebuilt.Status();
    TL_TRY_VOID(StoppedError(again));
    comparison.Look(serving, again);
    if (comparison.HasAll(serving.size())) return comparison.Pairs();
    if (request.clock.Monotonic() - reported >= std::chrono::seconds(1)) {
      reported = request.clock.Monotonic();
      if (!report(ProgressOf(again, 0, std::chrono::microseconds(0)))) return Cancelled();
    }
    std::this_thread::sleep_for(kLook);
  }
  Error busy{
      Code::kUnavailable,
      "partitions that are written to all the time could not be compared; repeat it when less "
      "is written",
      "BUSY"};
  busy.retry_after = std::chrono::seconds(60);
  return busy;
}

}  // namespace

Result<std::vector<DigestPair>> Rebuild(const RebuildRequest& request,
                                        const std::function<bool(const ReadProgress&)>& report) {
  const projection::Projection& rows = request.projected.projection;
  const Folder folder(request.data.projection(std::string(rows.name()) + ".rebuild"));
  TL_TRY(projection::OpenedStore opened,
         projection::OpenStore(folder.path(), rows, request.founding));
  const MonotonicTime started = request.clock.Monotonic();
  TL_TRY(const std::unique_ptr<projection::Runner> runner,
         projection::Runner::Open(request.log, request.founding, rows, std::move(opened.store),
                                  request.clock));
  runner->Start();
  MonotonicTime reported = started;
  while (!runner->CaughtUp()) {
    const std::vector<PartitionStatus> partitions = runner->Status();
    TL_TRY_VOID(StoppedError(partitions));
    const MonotonicTime now = request.clock.Monotonic();
    if (now - reported >= std::chrono::seconds(1)) {
      reported = now;
      if (!report(ProgressOf(partitions, 0, now - started))) return Cancelled();
    }
    std::this_thread::sleep_for(kLook);
  }
  return Compare(request, *runner, report);
}

}  // namespace twinledger::server
