// An event of a relationship, as clients see it.
#pragma once

#include "reporting/domain/release.h"
#include "reporting/projection/reporting_view.h"
#include "reporting/scores/resource_names.h"
#include "twinledger/reporting/v1/timeline.pb.h"

namespace twinledger::reporting {

// As the audience may see it in the timeline of the relationship.
v1::TimelineEntry ResourceOf(const Versioned<TimelineRow>& entry, const RelationshipName& name,
                             Audience audience);

}  // namespace twinledger::reporting
