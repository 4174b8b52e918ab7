// What gifts and hospitality say, as rules look at it.
#pragma once

#include <cstdint>
#include <optional>

#include "risk/domain/shapes.h"
#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::risk {

using engagement::events::v1::RecordFields;

// Whether it was offered to the council's people, and not by them. Nothing where the record does
// not tell. REQUIRES, here and below: it is of a gift or of hospitality.
std::optional<bool> IsToCouncil(const RecordFields& fields);

// In New Zealand cents, of hospitality for one person. Nothing where nobody has valued it.
std::optional<std::int64_t> BenefitCents(const RecordFields& fields);

Choices ReadGift(const engagement::events::v1::Gift& gift);
Choices ReadHospitality(const engagement::events::v1::Hospitality& hospitality);

}  // namespace twinledger::risk
