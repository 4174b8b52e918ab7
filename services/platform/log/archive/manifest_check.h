// Checks the manifest of an export against what its files were found to hold.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/log/archive/bad_place.h"
#include "platform/log/archive/verify.h"
#include "platform/log/chain.h"

namespace twinledger::log {

struct ManifestFindings {
  std::optional<BadPlace> bad;
  std::vector<std::string> missing;  // What could not be checked: a stream that did not sign.
};

// `views` are those behind the last record of each partition: a stream speaks by a key that is
// enrolled there.
ManifestFindings CheckManifestOf(const std::filesystem::path& directory, const Founding& founding,
                                 const std::map<PartitionId, VerifyReport::Partition>& held,
                                 const std::map<PartitionId, ChainView>& views);

}  // namespace twinledger::log
