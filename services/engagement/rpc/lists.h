// The list of records: which fields one may filter and order by, and where the rows are.
#pragma once

#include <optional>

#include "engagement/domain/ids.h"
#include "platform/rpc/listing.h"
#include "platform/store/table.h"

namespace twinledger::engagement {

const rpc::Listing& RecordListing();

// Without their texts. `rows` must outlive it. With `only`, of that council alone.
rpc::ListSource RecordSource(const store::RowReader& rows, const std::optional<CouncilId>& only);

}  // namespace twinledger::engagement
