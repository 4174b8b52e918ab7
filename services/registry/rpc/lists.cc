#include "registry/rpc/lists.h"

#include <memory>
#include <string>
#include <utility>

#include "registry/projection/registry_view.h"
#include "registry/rpc/resource_names.h"
#include "registry/rpc/translation.h"

namespace twinledger::registry {
namespace {

using Visit = rpc::ListSource::Visit;

template <class Resource>
bool Show(Resource resource, const Visit& visit) {
  const std::string name = resource.name();
  return visit(name, resource);
}

template <class Row>
void ShowFound(const std::optional<Versioned<Row>>& found, const Visit& visit) {
  if (found) Show(ResourceOf(*found), visit);
}

Result<void> WalkRelationships(const store::RowReader& rows, const std::optional<CouncilId>& only,
                               const std::string& after, const VisitRow<Relationship>& visit) {
  const RelationshipName from = RelationshipIn(after);
  if (only) return VisitRelationshipsOf(rows, *only, from.relationship, visit);
  return VisitRelationships(rows, from.council, from.relationship, visit);
}

}  // namespace

const rpc::Listing& CouncilListing() {
  static const rpc::Listing listing(v1::Council::descriptor(),
                                    {"name", "display_name", "kind", "status", "region",
                                     "population", "seat", "has_port", "has_airport"},
                                    {"name", "display_name", "region", "population", "update_time"},
                                    {"name"}, {{"name", "councils/"}});
  return listing;
}

const rpc::Listing& PartnerListing() {
  static const rpc::Listing listing(
      v1::Partner::descriptor(),
      {"name", "display_name", "name_local", "level", "country", "region", "population",
       "control_declared", "parent"},
      {"name", "display_name", "country", "population", "update_time"}, {"name"},
      {{"name", "partners/"}, {"parent", "partners/"}});
  return listing;
}

const rpc::Listing& RelationshipListing() {
  static const rpc::Listing listing(
      v1::Relationship::descriptor(),
      {"name", "partner", "kind", "status", "initiated_by", "since", "ended", "owner_role",
       "community_body", "next_review_due", "last_activity"},
      {"name", "since", "ended", "next_review_due", "last_activity", "update_time"}, {"name"},
      {{"name", "councils/"}, {"partner", "partners/"}});
  return listing;
}

const rpc::Listing& RegisterListing() {
  static const rpc::Listing listing(
      v1::NationalRegisterRow::descriptor(),
      {"council", "partner", "council_display_name", "partner_display_name", "country", "kind",
       "status", "since", "last_activity", "next_review_due"},
      {"council", "council_display_name", "partner_display_name", "country", "since",
       "last_activity", "next_review_due"},
      {"council_display_name", "partner_display_name", "relationship"},
      {{"council", "councils/"}, {"partner", "partners/"}});
  return listing;
}

const rpc::Listing& OfficialListing() {
  static const rpc::Listing listing(
      v1::Official::descriptor(), {"name", "office", "since", "until"},
      {"name", "office", "since", "until", "update_time"}, {"name"}, {{"name", "councils/"}});
  return listing;
}

const rpc::Listing& PrincipalListing() {
  static const rpc::Listing listing(v1::Principal::descriptor(),
                                    {"name", "kind", "display_name", "role", "organisation",
                                     "donor_group_id", "acting_for", "merged_into"},
                                    {"name", "display_name", "kind", "update_time"}, {"name"},
                                    {{"name", "principals/"},
                                     {"organisation", "principals/"},
                                     {"acting_for", "principals/"},
                                     {"merged_into", "principals/"}});
  return listing;
}

const rpc::Listing& StrategicAssetListing() {
  static const rpc::Listing listing(
      v1::StrategicAsset::descriptor(),
      {"name", "owner", "kind", "stake_permille", "register_ref", "criticality",
       "criticality_set_by", "reviewed_on"},
      {"name", "kind", "owner", "criticality", "reviewed_on", "update_time"}, {"name"},
      {{"name", "councils/"}});
  return listing;
}

rpc::ListSource CouncilSource(const store::RowReader& rows, const std::optional<CouncilId>& only) {
  const auto find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
    TL_TRY(const auto found, FindCouncil(rows, CouncilIn(name)));
    ShowFound(found, visit);
    return {};
  };
  const auto walk = [&rows, only, find](const std::string& after,
                                        const Visit& visit) -> Result<void> {
    if (only) return after.empty() ? find(NameOf(*only), visit) : Result<void>();
    return VisitCouncils(rows, CouncilIn(after), [&](const Versioned<Council>& council) {
      return Show(ResourceOf(council), visit);
    });
  };
  return {walk, find};
}

rpc::ListSource PartnerSource(const store::RowReader& rows) {
  return {.walk =
              [&rows](const std::string& after, const Visit& visit) {
                return VisitPartners(rows, PartnerIn(after),
                                     [&](const Versioned<Partner>& partner) {
                                       return Show(ResourceOf(partner), visit);
                                     });
              },
          .find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
            TL_TRY(const auto found, FindPartner(rows, PartnerIn(name)));
            ShowFound(found, visit);
            return {};
          }};
}

rpc::ListSource RelationshipSource(const store::RowReader& rows,
                                   const std::optional<CouncilId>& only) {
  return {.walk =
              [&rows, only](const std::string& after, const Visit& visit) {
                return WalkRelationships(rows, only, after,
                                         [&](const Versioned<Relationship>& row) {
                                           return Show(ResourceOf(row), visit);
                                         });
              },
          .find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
            const RelationshipName id = RelationshipIn(name);
            TL_TRY(const auto found, FindRelationship(rows, id.council, id.relationship));
            ShowFound(found, visit);
            return {};
          }};
}

rpc::ListSource OfficialSource(const store::RowReader& rows, const std::optional<CouncilId>& only) {
  return {.walk = [&rows, only](const std::string& after, const Visit& visit) -> Result<void> {
            const OfficialName from = OfficialIn(after);
            const auto show = [&](const Versioned<Official>& row) {
              return Show(ResourceOf(row), visit);
            };
            if (only) return VisitOfficialsOf(rows, *only, from.official, show);
            return VisitOfficials(rows, from.council, from.official, show);
          },
          .find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
            const OfficialName id = OfficialIn(name);
            TL_TRY(const auto found, FindOfficial(rows, id.council, id.official));
            ShowFound(found, visit);
            return {};
          }};
}

rpc::ListSource StrategicAssetSource(const store::RowReader& rows,
                                     const std::optional<CouncilId>& only) {
  return {.walk = [&rows, only](const std::string& after, const Visit& visit) -> Result<void> {
            const AssetName from = AssetIn(after);
            const auto show = [&](const Versioned<StrategicAsset>& row) {
              return Show(ResourceOf(row), visit);
            };
            if (only) return VisitStrategicAssetsOf(rows, *only, from.asset, show);
            return VisitStrategicAssets(rows, from.council, from.asset, show);
          },
          .find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
            const AssetName id = AssetIn(name);
            TL_TRY(const auto found, FindStrategicAsset(rows, id.council, id.asset));
            ShowFound(found, visit);
            return {};
          }};
}

rpc::ListSource PrincipalSource(const store::RowReader& rows,
                                std::function<bool(const Principal&)> may_see) {
  return {.walk =
              [&rows, may_see = std::move(may_see)](const std::string& after, const Visit& visit) {
                return VisitPrincipals(
                    rows, PrincipalIn(after), [&](const Versioned<Principal>& principal) {
                      return !may_see(principal.row) || Show(ResourceOf(principal), visit);
                    });
              },
          .find = [&rows](const std::string& name, const Visit& visit) -> Result<void> {
            TL_TRY(const auto found, FindPrincipal(rows, PrincipalIn(name)));
            ShowFound(found, visit);
            return {};
          }};
}

rpc::ListSource RegisterSource(const store::RowReader& rows, const std::optional<CouncilId>& only) {
  // Shared by the two copies of one list's source, which std::function must be able to copy.
  const auto join = std::make_shared<RegisterJoin>(rows);
  const auto show = [join](Relationship relationship, const Visit& visit) -> Result<bool> {
    TL_TRY(const RegisterLine line, join->LineOf(std::move(relationship)));
    v1::NationalRegisterRow row = ResourceOf(line);
    const std::string name = row.relationship();
    return visit(name, row);
  };
  return {
      .walk = [&rows, only, show](const std::string& after, const Visit& visit) -> Result<void> {
        std::optional<Error> unreadable;
        TL_TRY_VOID(WalkRelationships(rows, only, after, [&](Versioned<Relationship> found) {
          const Result<bool> shown = show(std::move(found.row), visit);
          if (!shown) unreadable = shown.error();
          return shown.ok() && *shown;
        }));
        if (unreadable) return *std::move(unreadable);
        return {};
      },
      .find = [&rows, show](const std::string& name, const Visit& visit) -> Result<void> {
        const RelationshipName id = RelationshipIn(name);
        TL_TRY(auto found, FindRelationship(rows, id.council, id.relationship));
        if (found) TL_TRY_VOID(show(std::move(found->row), visit));
        return {};
      }};
}

}  // namespace twinledger::registry
