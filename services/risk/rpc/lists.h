// The list of alerts: which fields one may filter and order by, and where the rows are.
#pragma once

#include <optional>
#include <string>

#include "platform/rpc/listing.h"
#include "platform/store/table.h"

namespace twinledger::risk {

const rpc::Listing& AlertListing();

// `rows` must outlive it. With `only`, of that council alone.
rpc::ListSource AlertSource(const store::RowReader& rows, const std::optional<std::string>& only);

}  // namespace twinledger::risk
