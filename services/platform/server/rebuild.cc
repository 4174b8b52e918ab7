#include "platform/server/rebuild.h"

#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "platform/projection/serving_folder.h"
#include "platform/projection/store_folder.h"

namespace twinledger::server {
namespace {

using projection::PartitionStatus;
using projection::Runner;

constexpr std::chrono::milliseconds kLook{20};
// For what was written while the rest was read.
constexpr std::chrono::seconds kLastRecords{60};

// A folder that is gone afterwards, unless it is kept.
class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;  // What is left is removed by the next start.
    if (!kept_) std::filesystem::remove_all(path_, error);
  }

  const std::filesystem::path& path() const { return path_; }
  void Keep() { kept_ = true; }

 private:
  const std::filesystem::path path_;
  bool kept_ = false;
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

Result<void> CatchUp(const Runner& runner, const Clock& clock,
                     const std::function<bool(const ReadProgress&)>& report) {
  const MonotonicTime started = clock.Monotonic();
  MonotonicTime reported = started;
  while (!runner.CaughtUp()) {
    const std::vector<PartitionStatus> partitions = runner.Status();
    TL_TRY_VOID(StoppedError(partitions));
    const MonotonicTime now = clock.Monotonic();
    if (now - reported >= std::chrono::seconds(1)) {
      reported = now;
      if (!report(ProgressOf(partitions, 0, now - started))) return Cancelled();
    }
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

Result<void> ReachTail(Runner& runner, const Clock& clock) {
  std::promise<Result<void>> reached;
  runner.WaitForTail(clock.Monotonic() + kLastRecords,
                     [&reached](const Result<void>& result) { reached.set_value(result); });
  return reached.get_future().get();
}

}  // namespace

Result<Rebuilt> Rebuild(const RebuildRequest& request,
                        const std::function<bool(const ReadProgress&)>& report) {
  const projection::Projection& rows = request.projected.projection;
  const projection::ServingFolder serving(request.data.projections(), std::string(rows.name()));
  Folder folder(serving.Next());
  TL_TRY(std::unique_ptr<store::KeyValueStore> store,
         projection::MakeStore(folder.path(), rows, request.founding));
  TL_TRY(const std::unique_ptr<Runner> runner,
         Runner::Open(request.log, request.founding, rows, std::move(store), request.clock));
  runner->Start();
  TL_TRY_VOID(CatchUp(*runner, request.clock, report));
  projection::StoreExchange exchange(request.projected.runner, rows, request.founding,
                                     request.clock);
  TL_TRY_VOID(exchange.Begin());
  TL_TRY_VOID(ReachTail(*runner, request.clock));
  runner->Stop();
  TL_TRY(projection::Exchanged exchanged, exchange.Finish(*runner, request.replace));
  Rebuilt rebuilt{std::move(exchanged.pairs), exchanged.retired != nullptr};
  if (!rebuilt.replaced) return rebuilt;
  folder.Keep();
  // Until this is on disk a start opens the one before, which is all there.
  TL_TRY_VOID(serving.SetCurrent(folder.path()));
  exchanged.retired->RemoveWhenClosed();
  return rebuilt;
}

}  // namespace twinledger::server
