#include "twinledger/command/registry/import_watch.h"

#include <chrono>
#include <optional>
#include <utility>

#include "twinledger/import/interrupt.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {
namespace {

// How long an interrupted import waits for the answers to what it has sent.
constexpr std::chrono::seconds kAnswersWait{3};

}  // namespace

Result<ImportReport> Watched(Session& session, Connection& connection, std::size_t rows,
                             const std::function<Result<ImportReport>(const ImportWatch&)>& run) {
  std::optional<Interrupt> interrupt;  // Nothing is to be told before the server is asked.
  std::optional<Progress> progress;
  std::optional<MonotonicTime> interrupted_at;
  bool cut = false;
  const auto goes_on = [&](std::chrono::seconds wait) {
    if (Interrupt::Signal() == 0) return true;
    const MonotonicTime now = session.clock().Monotonic();
    if (!interrupted_at) interrupted_at = now;
    if (now - *interrupted_at >= wait && !std::exchange(cut, true)) connection.Cancel();
    return false;
  };
  const auto reading = [&](std::uint64_t records) {
    if (!interrupt) interrupt.emplace();
    if (!progress) {
      progress.emplace(session.terminal(), session.clock(), "reading what is recorded", "records",
                       std::nullopt);
    }
    progress->At(records);
    return goes_on(std::chrono::seconds(0));
  };
  bool sends = false;
  const auto sending = [&](std::size_t done, std::size_t) {
    if (!std::exchange(sends, true)) {
      progress.reset();  // Its line goes before the next one's begins.
      progress.emplace(session.terminal(), session.clock(), "import", "rows", rows);
    }
    progress->At(done);
    return goes_on(kAnswersWait);
  };
  return run({.reading = reading, .sending = sending});
}

}  // namespace twinledger::client
