// The list of relationships with their scores.
#pragma once

#include "platform/rpc/listing.h"
#include "reporting/scores/countries.h"

namespace twinledger::reporting {

const rpc::Listing& WorkQueueListing();

// With the sources of its numbers if they are to be explained.
rpc::ListSource WorkQueueSource(const Country& country, bool explain);

}  // namespace twinledger::reporting
