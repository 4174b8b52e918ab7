// The rows of engagements, which are also the state that their rules decide on; and what those look
// up in the stream "registry".
//
//   records              council id, record id        RecordRow            engagement, council/<id>
//   record_holders       council id                   RecordHolderRow      engagement, council/<id>
//   known_councils       council id                   KnownCouncilRow      registry, council/<id>
//   known_relationships  council id, relationship id  KnownRelationshipRow registry, council/<id>
//   known_principals     principal id                 KnownPrincipalRow    registry, principal/<id>
//   known_officials      council id, official id      KnownOfficialRow     registry, council/<id>
//   known_assets         council id, asset id         KnownAssetRow        registry, council/<id>
//
// Each row comes from one partition of one stream: no order between the two is needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engagement/domain/ids.h"
#include "engagement/domain/record.h"
#include "platform/projection/projection.h"
#include "platform/store/table.h"

namespace twinledger::engagement {

inline constexpr std::string_view kStream = "engagement";

inline constexpr store::Table<Record> kRecords{16, "records"};
inline constexpr store::Table<state::v1::RecordHolderRow> kRecordHolders{17, "record_holders"};
inline constexpr store::Table<state::v1::KnownCouncilRow> kKnownCouncils{18, "known_councils"};
inline constexpr store::Table<state::v1::KnownRelationshipRow> kKnownRelationships{
    19, "known_relationships"};
inline constexpr store::Table<state::v1::KnownPrincipalRow> kKnownPrincipals{20,
                                                                             "known_principals"};
inline constexpr store::Table<state::v1::KnownOfficialRow> kKnownOfficials{21, "known_officials"};
inline constexpr store::Table<state::v1::KnownAssetRow> kKnownAssets{22, "known_assets"};

log::v1::EntityKey KeyOf(const CouncilId& id);

// Threads: immutable, thread-safe.
class EngagementProjection final : public projection::Projection {
 public:
  std::string_view name() const override { return kStream; }
  std::uint32_t schema_version() const override { return 5; }
  std::vector<std::string> streams() const override;
  bool Decides(std::string_view stream) const override { return stream == kStream; }
  std::optional<projection::Unapplicable> Apply(const log::PartitionId& partition,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override;
  void Prepare(const log::PartitionId& partition,
               const log::AcceptedCommit& accepted) const override;
};

}  // namespace twinledger::engagement
