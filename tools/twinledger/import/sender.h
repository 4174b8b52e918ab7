// Sends the calls of an import and keeps what became of each.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/import/report.h"

namespace twinledger::client {

struct RowResult {
  RowOutcome outcome = RowOutcome::kNotSent;
  std::optional<Error> error;  // Why it was refused.
};

// Told how many calls are done, of how many; answers false to stop: nothing more is sent, what was
// is waited for. It goes on being told until then, and may cut the wait short by
// Connection::Cancel.
using ImportTick = std::function<bool(std::size_t done, std::size_t total)>;

// The rules' "no" is about its row, and a server that is behind with what the row is about keeps
// out no other row; anything else is about the connection, the caller or the server.
bool IsAboutTheRow(const Error& error);

// Whether a call with this end may have had its effect.
bool MayBeRecorded(const Error& error);

// Threads: confined to one; what it sends runs on others.
class Sender {
 public:
  // Both must outlive it. The report is told why sending stopped.
  Sender(ImportReport& report, const ImportTick& tick) : report_(report), tick_(tick) {}

  using Send = std::function<Result<RowOutcome>(std::size_t)>;

  // Sends `count` calls at most 64 at a time; `before` calls of `total` are done. A call that the
  // server refuses is a result, any other end stops the rest; an import that has stopped sends
  // none.
  std::vector<RowResult> Run(std::size_t count, const Send& send, std::size_t before,
                             std::size_t total);
  std::vector<RowResult> Run(std::size_t count, const Send& send) {
    return Run(count, send, 0, count);
  }

  // False once the user has had enough.
  bool GoesOn(std::size_t done, std::size_t total);

 private:
  ImportReport& report_;
  const ImportTick& tick_;
  bool interrupted_ = false;
};

}  // namespace twinledger::client
