#include "registry/rpc/sealed_answers.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>

#include "platform/fields/field_paths.h"
#include "registry/projection/sealed_fields.h"
#include "registry/rpc/resource_names.h"
#include "registry/rpc/translation.h"

namespace twinledger::registry {
namespace {

// What stands in a resource and is nothing that a version changes.
constexpr std::array kNotOfTheRecord{"name",        "survivor",    "display_name_state", "etag",
                                     "create_time", "update_time", "registrar"};

template <class Row, class Resource>
std::vector<fields::Change> ChangesOf(const Row& before, const Row& after,
                                      const Resource& shown_before, const Resource& shown_after) {
  std::vector<fields::Change> changes;
  for (fields::Change& change : fields::Changes(shown_before, shown_after)) {
    if (std::ranges::find(kNotOfTheRecord, change.path) != kNotOfTheRecord.end()) continue;
    changes.push_back(std::move(change));
  }
  for (const std::string& path : SealedPaths(after.fields())) {
    if (fields::Equal(before.fields(), after.fields(), path)) continue;
    const std::string theirs = path.substr(0, path.rfind('_'));
    if (std::ranges::find(changes, theirs, &fields::Change::path) != changes.end()) continue;
    changes.push_back({theirs, std::nullopt, std::nullopt});
  }
  return changes;
}

// `show` makes the resource of one version.
template <class Row, class Resource, class ShowOne>
Result<std::vector<HistoryEntry>> HistoryOf(const std::vector<RecordVersion<Row>>& versions,
                                            const ShowOne& show) {
  std::vector<Resource> shown;
  for (const RecordVersion<Row>& recorded : versions) {
    TL_TRY(Resource resource, show(recorded.version));
    shown.push_back(std::move(resource));
  }
  shown.emplace_back();  // Before the first version there was nothing.
  std::vector<HistoryEntry> history;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto& [version, commit] = versions[i];
    const Row before = i + 1 < versions.size() ? versions[i + 1].version.row : Row();
    history.push_back({version.partition, version.sequence, version.etag, commit,
                       version.row.change_reason(),
                       ChangesOf(before, version.row, shown[i + 1], shown[i])});
  }
  return history;
}

}  // namespace

bool MaySee(const rpc::CallerIdentity& caller, const Principal& principal) {
  return principal.kind() != events::v1::PRINCIPAL_KIND_PERSON ||
         !identity::IsOfCouncil(caller.role) || caller.council == principal.registrar_id();
}

Result<v1::Official> CallerView::Show(const Versioned<Official>& official) const {
  const Official& row = official.row;
  v1::Official shown = ResourceOf(official);
  if (!MayReadNames(caller_, row.council_id())) {
    shown.set_display_name_state(Withhold(row.fields()));
    return shown;
  }
  const SealedOwner owner = OwnerOf(CouncilId(row.council_id()), OfficialId(row.official_id()));
  TL_TRY(const v1::SealedState state, texts_.Open(owner, row.sealed(), row.fields(), shown));
  shown.set_display_name_state(state);
  return shown;
}

Result<v1::Principal> CallerView::Show(const Versioned<Principal>& principal,
                                       const store::RowReader& rows) const {
  const Principal& row = principal.row;
  v1::Principal shown = ResourceOf(principal);
  TL_TRY(const PrincipalId survivor, SurvivorOf(rows, row));
  if (!survivor.empty()) shown.set_survivor(NameOf(survivor));
  const bool of_the_registrar =
      !identity::IsOfCouncil(caller_.role) || caller_.council == row.registrar_id();
  if (of_the_registrar && !row.registrar_id().empty()) {
    shown.set_registrar(NameOf(CouncilId(row.registrar_id())));
  }
  if (!MayReadNames(caller_, row.registrar_id())) {
    shown.set_display_name_state(Withhold(row.fields()));
    return shown;
  }
  const SealedOwner owner = OwnerOf(PrincipalId(row.principal_id()));
  TL_TRY(const v1::SealedState state, texts_.Open(owner, row.sealed(), row.fields(), shown));
  shown.set_display_name_state(state);
  return shown;
}

Result<std::vector<HistoryEntry>> CallerView::Show(
    const std::vector<RecordVersion<Official>>& versions) const {
  return HistoryOf<Official, v1::Official>(
      versions, [this](const Versioned<Official>& version) { return Show(version); });
}

Result<std::vector<HistoryEntry>> CallerView::Show(
    const std::vector<RecordVersion<Principal>>& versions, const store::RowReader& rows) const {
  return HistoryOf<Principal, v1::Principal>(
      versions, [&](const Versioned<Principal>& version) { return Show(version, rows); });
}

}  // namespace twinledger::registry
