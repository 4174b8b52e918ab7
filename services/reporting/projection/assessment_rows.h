// Rows of receipts, written and read without copying or parsing the receipts in them: a rebuild
// passes hundreds of thousands, of some kilobytes each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::reporting {

// The bytes of an AssessmentRow with these fields.
std::string AssessmentRowBytes(const risk::events::v1::AssessmentRecorded& receipt,
                               std::string_view event, std::int64_t record_time_us);

// The band of the receipt in such a row; nothing if the row is no message. What else is in it is
// not looked at.
std::optional<risk::events::v1::Band> BandInAssessmentRow(std::string_view row);

}  // namespace twinledger::reporting
