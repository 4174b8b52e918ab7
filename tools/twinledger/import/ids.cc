#include "twinledger/import/ids.h"

#include <fmt/format.h>

#include "platform/base/uuid.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/uuid5.h"
#include "platform/fields/partial_date.h"

namespace twinledger::client {
namespace {

// Of this product's imports. Changing it would make every file new.
constexpr std::string_view kSpace = "6f1d6a0e-7b5b-4c0e-9d53-2f6f0c1e8a47";

// Of a UUID of version 7 as text.
constexpr std::size_t kTimeAndVersion = std::string_view("017f22e2-79b0-7").size();

}  // namespace

std::string PartnerIdOf(std::string_view city, std::string_view region, std::string_view country) {
  return crypto::Uuid5(kSpace, fmt::format("partner|{}|{}|{}", city, region, country));
}

std::string RelationshipIdOf(std::string_view council_id, std::string_view row_key) {
  return crypto::Uuid5(kSpace,
                       fmt::format("relationship|{}|relationships|{}", council_id, row_key));
}

std::string RecordIdOf(std::string_view council_id, std::string_view record_key) {
  return crypto::Uuid5(kSpace, fmt::format("record|{}|records|{}", council_id, record_key));
}

std::string PrincipalIdOf(std::string_view council_id, std::string_view donor_key) {
  return crypto::Uuid5(kSpace, fmt::format("principal|{}|principals|{}", council_id, donor_key));
}

std::string SubmittedIdOf(std::string_view council, std::string_view request_id) {
  std::string id =
      crypto::Uuid5(kSpace, fmt::format("submitted|{}|records|{}", council, request_id));
  if (!IsTimeOrderedUuid(request_id)) return id;
  id.replace(0, kTimeAndVersion, request_id, 0, kTimeAndVersion);
  return id;
}

std::string RequestIdOf(std::string_view record, std::string_view content, std::string_view base) {
  return crypto::Uuid5(
      kSpace, fmt::format("request|{}|{}|{}", record, crypto::Hex(crypto::Sha256(content)), base));
}

std::string DayForBase(WallTime now) { return fields::ToText(fields::LatestDay(now)); }

}  // namespace twinledger::client
