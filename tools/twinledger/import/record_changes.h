// What a file changes of a record that is there already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/registry/v1/history.pb.h"

namespace twinledger::client {

// Begins the reason of each amendment that an import makes, so that the next one knows its own.
inline constexpr std::string_view kImportReason = "import: ";

// Those of the paths whose fields differ. FAILED_PRECONDITION, reason OTHER_KIND or RETRACTED: the
// record cannot become what the file says.
Result<std::vector<std::string>> MayDiffer(const engagement::v1::Record& recorded,
                                           const engagement::v1::Record& wanted,
                                           const std::vector<std::string>& all);

// What a file changes of a record that others may have amended: a field that the file leaves as it
// was imported stays as it was amended, one that both have changed is for a person to decide:
// FAILED_PRECONDITION, reason AMENDED_BY_HAND, with each. Versions are the newest first.
Result<std::vector<std::string>> Mergeable(const std::vector<registry::v1::Version>& versions,
                                           const engagement::v1::Record& wanted,
                                           std::vector<std::string> paths);

}  // namespace twinledger::client
