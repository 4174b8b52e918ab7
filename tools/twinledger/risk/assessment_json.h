// An assessment as JSON for scripts: lines, what is suppressed, sums by category, floors, R, A,
// band and records, and no more. Numbers are thousandths, permille, cents and days.
#pragma once

#include "twinledger/output/printer.h"
#include "twinledger/risk/v1/assessment.pb.h"

namespace twinledger::client {

Json AssessmentJson(const risk::v1::Assessment& assessment);
Json LineJson(const risk::v1::Line& line);

// "GUARDED" of BAND_GUARDED.
std::string WordOf(risk::v1::Band band);

}  // namespace twinledger::client
