// What the days before one say of it: the band of the day before, and the highest R of the days by
// which bands fall. Read from the subject's receipts, which are recorded whenever what is scored
// changed: between two of them only days pass, and time alone never raises R. So the highest R of
// such a stretch is that of its first day within the window; a receipt that reaches into the window
// from before it is computed again for that day.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "platform/base/result.h"
#include "platform/store/key_value.h"
#include "platform/store/table.h"
#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "risk/projection/risk_view.h"
#include "twinledger/risk/v1/rule_set.pb.h"

namespace twinledger::risk {

struct Before {
  v1::Band previous_band = v1::BAND_UNSPECIFIED;  // Unspecified before the first receipt.
  std::int64_t highest_r = 0;
};

// R of a subject as its council's inputs stand, on a day that is not before any of them.
Result<std::int64_t> ScoreOf(const CouncilInputs& inputs, const Subject& subject,
                             const Rules& rules, Day as_of);

store::Cut PositionsOf(const events::v1::AssessmentRecorded& receipt);

// What a receipt was made from, as its version took it. The errors are those of ReadCouncilInputs;
// FAILED_PRECONDITION, reason OTHER_EXTRACTION, where its version is newer than this program.
Result<CouncilInputs> InputsBehind(const store::KeyValueReader& rows,
                                   const events::v1::AssessmentRecorded& receipt);

// Threads: confined to one.
class PastScores {
 public:
  explicit PastScores(const Rules& rules) : rules_(rules) {}  // Must outlive it.

  // Of one day the receipt that was recorded last counts. `receipts` are those that are known;
  // `rows`, of the same store, are read at the positions that receipts name. A receipt under other
  // rules counts with the R that it has.
  Result<Before> BeforeDay(const store::KeyValueReader& rows, const store::CutReader& receipts,
                           const Subject& subject, Day day);

 private:
  Result<std::int64_t> ScoreAgain(const store::KeyValueReader& rows,
                                  const state::v1::AssessmentRow& row, Day day);

  Result<const CouncilInputs*> InputsOf(const store::KeyValueReader& rows,
                                        const state::v1::AssessmentRow& row);

  // What receipts were made from; those of a council and its relationships mostly from the same.
  using Read = std::tuple<std::string, store::Cut, int>;  // Council, positions, version.

  const Rules& rules_;
  std::map<Read, CouncilInputs> inputs_;                       // What was read again last.
  std::map<std::pair<std::string, Day>, std::int64_t> again_;  // By receipt: they never change.
};

}  // namespace twinledger::risk
