// What rules may look at: conduct, exposure, what was declared and what was checked. A rule set
// that names anything else is refused, whoever wrote it. There is no country, nationality, ethnic
// origin, language, name, birthplace or number of partners here, and no free text.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace twinledger::risk {

enum class InputKind { kChoice, kNumber, kDay, kGroup };

struct AllowedInput {
  InputKind kind;
  std::vector<std::string_view> values = {};  // Of a choice: all there are, beside UNKNOWN.
};

// Nothing where the path is not allowed.
const AllowedInput* FindInput(std::string_view path);

}  // namespace twinledger::risk
