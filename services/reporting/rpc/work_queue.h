// The list of relationships with their scores.
#pragma once

#include <memory>

#include "platform/rpc/listing.h"
#include "reporting/scores/countries.h"

namespace twinledger::reporting {

const rpc::Listing& WorkQueueListing();

// With the sources of its numbers if they are to be explained.
rpc::ListSource WorkQueueSource(std::shared_ptr<const Country> country, bool explain);

}  // namespace twinledger::reporting
