// The handles in a record: of officials, principals and assets, which the registry keeps.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::engagement {

struct Handle {
  enum class Register { kOfficials, kPrincipals, kAssets };

  Register in = Register::kPrincipals;
  std::string id;     // UUID.
  std::string field;  // "record.gift.donor.principal_id"
};

// Those in the fields that `given` says yes to: "occur_date", "gift.donor".
std::vector<Handle> HandlesIn(const v1::Record& record,
                              const std::function<bool(const std::string& path)>& given);

}  // namespace twinledger::engagement
