// What became of an import. The counts add up: read = accepted + unchanged + amended + refused +
// unknown + not_sent, and the last two are 0 when an import has run to its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/import/layout.h"

namespace twinledger::client {

// Unknown is what was sent and not answered: it may be recorded.
enum class RowOutcome { kNotSent, kAccepted, kUnchanged, kAmended, kRefused, kUnknown };

struct ImportReport {
  std::uint64_t read = 0;
  std::uint64_t accepted = 0;  // New records.
  std::uint64_t unchanged = 0;
  std::uint64_t amended = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;
  std::uint64_t not_sent = 0;
  std::uint64_t partners_registered = 0;    // Beside the rows: bodies that they name.
  std::uint64_t principals_registered = 0;  // Likewise.
  bool validate_only = false;
  bool held_back = false;  // Rows with problems kept everything from being sent.
  std::vector<CellProblem> problems;
  std::uint64_t problems_left_out = 0;  // Beyond what is kept of them.
  std::optional<Error> stopped;         // Why it did not run to its end.
};

void Count(RowOutcome outcome, ImportReport& report);

// Keeps it, unless there are very many.
void AddProblem(CellProblem problem, ImportReport& report);

}  // namespace twinledger::client
