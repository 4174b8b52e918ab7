#include "twinledger/import/report.h"

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

}  // namespace twinledger::client
