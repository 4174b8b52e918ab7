// Text as a JSON string that stands on one line of plain UTF-8, whatever bytes it holds.
#pragma once

#include <string>
#include <string_view>

namespace twinledger::telemetry {

// Appends `text` in quotes. Control characters (also DEL, C1 and the line separators that some
// readers break at) are escaped; a byte that is no UTF-8 becomes U+FFFD. Longer text than 4 KiB is
// cut, and ends in "...".
void AppendJsonText(std::string& out, std::string_view text);

}  // namespace twinledger::telemetry
