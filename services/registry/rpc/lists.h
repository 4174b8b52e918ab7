// The lists of the registry: which fields one may filter and order by, and where the rows are.
#pragma once

#include <functional>
#include <optional>

#include "platform/rpc/listing.h"
#include "platform/store/table.h"
#include "registry/domain/ids.h"
#include "registry/domain/principal.h"

namespace twinledger::registry {

const rpc::Listing& CouncilListing();
const rpc::Listing& PartnerListing();
const rpc::Listing& RelationshipListing();
const rpc::Listing& RegisterListing();  // A line's name is that of its relationship.
const rpc::Listing& OfficialListing();
const rpc::Listing& PrincipalListing();
const rpc::Listing& StrategicAssetListing();

// `rows` must outlive them. With `only`, of that council alone.
rpc::ListSource CouncilSource(const store::RowReader& rows, const std::optional<CouncilId>& only);
rpc::ListSource PartnerSource(const store::RowReader& rows);
rpc::ListSource RelationshipSource(const store::RowReader& rows,
                                   const std::optional<CouncilId>& only);
rpc::ListSource StrategicAssetSource(const store::RowReader& rows,
                                     const std::optional<CouncilId>& only);
// Without what is kept sealed.
rpc::ListSource OfficialSource(const store::RowReader& rows, const std::optional<CouncilId>& only);
// Those that the caller may see.
rpc::ListSource PrincipalSource(const store::RowReader& rows,
                                std::function<bool(const Principal&)> may_see);
rpc::ListSource RegisterSource(const store::RowReader& rows, const std::optional<CouncilId>& only);

}  // namespace twinledger::registry
