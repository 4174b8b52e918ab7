#include "tests/simulation/services/projections.h"

#include "engagement/projection/engagement_projection.h"
#include "platform/base/check.h"
#include "registry/projection/registry_projection.h"
#include "risk/projection/risk_projection.h"

namespace twinledger::simulation {

const projection::Projection& ProjectionOf(Part part) {
  static const registry::RegistryProjection registry;
  static const engagement::EngagementProjection engagement;
  static const risk::RiskProjection risk;
  switch (part) {
    case Part::kRegistry:
      return registry;
    case Part::kEngagement:
      return engagement;
    case Part::kRisk:
      return risk;
  }
  TL_CHECK(false);
}

}  // namespace twinledger::simulation
