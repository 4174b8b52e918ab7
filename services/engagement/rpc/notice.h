// What every answer of the service says, so that nobody takes a record for leave.
#pragma once

#include <string_view>

namespace twinledger::engagement {

inline constexpr std::string_view kNotice =
    "Notice is not approval: what is recorded here has been told to the agency, and nothing that "
    "is recorded, verified or left without comment is thereby permitted.";

}  // namespace twinledger::engagement
