// The registry's rows, which are also the state that its rules decide on.
//
//   councils            council id                               CouncilRow
//   partners            partner id                               PartnerRow
//   relationships       council id, relationship id              RelationshipRow
//   open_relationships  council id, partner id, relationship id  OpenRelationshipRow
//   officials           council id, official id                  OfficialRow
//   principals          principal id                             PrincipalRow
//   strategic_assets    council id, asset id                     StrategicAssetRow
//
// A council's rows come from the partition of council/<id>, a partner's from that of partner/<id>,
// a principal's from that of principal/<id>. Names of people are in them as the log has them:
// sealed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "registry/domain/council.h"
#include "registry/domain/ids.h"
#include "registry/domain/official.h"
#include "registry/domain/partner.h"
#include "registry/domain/principal.h"
#include "registry/domain/relationship.h"
#include "registry/domain/strategic_asset.h"

namespace twinledger::registry {

inline constexpr std::string_view kStream = "registry";

inline constexpr store::Table<Council> kCouncils{16, "councils"};
inline constexpr store::Table<Partner> kPartners{17, "partners"};
inline constexpr store::Table<Relationship> kRelationships{18, "relationships"};
inline constexpr store::Table<state::v1::OpenRelationshipRow> kOpenRelationships{
    19, "open_relationships"};
inline constexpr store::Table<Official> kOfficials{20, "officials"};
inline constexpr store::Table<Principal> kPrincipals{21, "principals"};
inline constexpr store::Table<StrategicAsset> kStrategicAssets{22, "strategic_assets"};

log::v1::EntityKey KeyOf(const CouncilId& id);
log::v1::EntityKey KeyOf(const PartnerId& id);
log::v1::EntityKey KeyOf(const PrincipalId& id);

// Threads: immutable, thread-safe.
class RegistryProjection final : public projection::Projection {
 public:
  std::string_view name() const override { return kStream; }
  std::uint32_t schema_version() const override { return 3; }
  std::vector<std::string> streams() const override { return {std::string(kStream)}; }
  std::optional<projection::Unapplicable> Apply(const log::PartitionId& partition,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override;
  void Prepare(const log::PartitionId& partition,
               const log::AcceptedCommit& accepted) const override;
};

}  // namespace twinledger::registry
