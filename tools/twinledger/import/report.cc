#include "twinledger/import/report.h"

#include <utility>

namespace twinledger::client {

void Count(RowOutcome outcome, ImportReport& report) {
  switch (outcome) {
    case RowOutcome::kNotSent:
      ++report.not_sent;
      return;
    case RowOutcome::kAccepted:
      ++report.accepted;
      return;
    case RowOutcome::kUnchanged:
      ++report.unchanged;
      return;
    case RowOutcome::kAmended:
      ++report.amended;
      return;
    case RowOutcome::kRefused:
      ++report.refused;
      return;
    case RowOutcome::kUnknown:
      ++report.unknown;
      return;
  }
}

void AddProblem(CellProblem problem, ImportReport& report) {
  constexpr std::size_t kProblemsMax = 100'000;  // Some tens of MiB.
  if (report.problems.size() < kProblemsMax) {
    report.problems.push_back(std::move(problem));
  } else {
    ++report.problems_left_out;
  }
}

}  // namespace twinledger::client
