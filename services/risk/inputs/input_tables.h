// What is scored, as rows: copied by an allow-list from the events of the streams "registry" and
// "engagement". A module that scores keeps these tables in its own store, beside its own.
//
//   scored_councils       council id                   ScoredCouncilRow       registry, council/
//   scored_relationships  council id, relationship id  ScoredRelationshipRow  registry, council/
//   scored_assets         council id, asset id         ScoredAssetRow         registry, council/
//   donors                principal id                 DonorRow               registry, principal/
//   scored_records        council id, record id        ScoredRecordRow        engagement, council/
#pragma once

#include <optional>
#include <string_view>

#include "platform/log/partition.h"
#include "platform/projection/projection.h"
#include "platform/store/table.h"
#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::risk {

// Table numbers 32 to 39 are these; a module's own must be others.
inline constexpr store::Table<state::v1::ScoredCouncilRow> kScoredCouncils{32, "scored_councils"};
inline constexpr store::Table<state::v1::ScoredRelationshipRow> kScoredRelationships{
    33, "scored_relationships"};
inline constexpr store::Table<state::v1::ScoredAssetRow> kScoredAssets{34, "scored_assets"};
inline constexpr store::Table<state::v1::DonorRow> kDonors{35, "donors"};
inline constexpr store::Table<state::v1::ScoredRecordRow> kScoredRecords{36, "scored_records"};

// Writes what one commit changes of them; a commit of another stream changes nothing. For
// Projection::Apply.
std::optional<projection::Unapplicable> FollowInputs(const log::PartitionId& partition,
                                                     const log::AcceptedCommit& accepted,
                                                     store::RowWriter& rows);

// Makes what FollowInputs needs of the commit. For Projection::Prepare.
void PrepareInputs(const log::PartitionId& partition, const log::AcceptedCommit& accepted);

}  // namespace twinledger::risk
