// Amounts that are given without a currency, as `gift.value.cents = 12000` alone.
#pragma once

#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::client {

// Gives each amount of `record` that has no currency that of the same amount in `before`, and NZD
// where there is none, as in a spreadsheet. An amount within a list has none before it.
void FillCurrencies(const engagement::v1::Record& before, engagement::v1::Record& record);

}  // namespace twinledger::client
