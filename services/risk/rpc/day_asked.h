// For which day an assessment that is asked for is computed.
#pragma once

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "risk/domain/day.h"
#include "risk/inputs/council_inputs.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::risk {

// The day that the request names, else that of as_of's time. INVALID_ARGUMENT if something was
// recorded later that is scored. Without either it is today, or the day of the last record: the
// replica that recorded it may have a clock that is ahead of `now`.
Result<Day> DayAsked(const v1::GetAssessmentRequest& asked, const CouncilInputs& inputs,
                     WallTime now);

}  // namespace twinledger::risk
