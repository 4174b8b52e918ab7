// A log of a country's history, as long as it takes: founded, and filled as writers would fill it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "tests/benchmarks/country_events.h"

namespace twinledger::testing {

struct CountrySize {
  int commits = 1'000'000;  // Beside the foundings.
  int commits_a_record = 48;
  EventMix mix = {};
};

// Appends them to a log that is founded and holds nothing else; some 256 records are in flight, and
// nothing else of it is held. `keys` are the writers', by stream.
void FillWithCountry(log::EventLog& log, const log::Founding& founding,
                     const std::map<std::string, crypto::SigningKey>& keys,
                     const CountrySize& size);

}  // namespace twinledger::testing
