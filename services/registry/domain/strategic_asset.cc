#include "registry/domain/strategic_asset.h"

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

Decision DecideOn(const StrategicAssetSituation& situation, const RegisterStrategicAsset& command,
                  const Context& context) {
  if (situation.asset) {
    if (fields::DifferingPaths(situation.asset->fields(), command.fields).empty()) return Events{};
    return Reject(Rejection::kAssetExists, context.current_etag);
  }
  if (const auto forbidden = ForbidsBeginning(situation.council)) {
    return tl::make_unexpected(*forbidden);
  }
  Event event;
  *event.mutable_provenance() = context.provenance;
  auto& registered = *event.mutable_strategic_asset_registered();
  registered.set_council_id(situation.council_id.value());
  registered.set_asset_id(situation.asset_id.value());
  *registered.mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const StrategicAssetSituation& situation, const AmendStrategicAsset& command,
                  const Context& context) {
  if (!situation.asset) return Reject(Rejection::kAssetNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  Amendment amendment = Amend(situation.asset->fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_strategic_asset_amended()->set_council_id(situation.council_id.value());
  event.mutable_strategic_asset_amended()->set_asset_id(situation.asset_id.value());
  Render(std::move(amendment), *event.mutable_strategic_asset_amended());
  return Events{std::move(event)};
}

Decision DecideOn(const StrategicAssetSituation& situation, const SetCriticality& command,
                  const Context& context) {
  if (!situation.asset) return Reject(Rejection::kAssetNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  const StrategicAsset& asset = *situation.asset;
  if (asset.criticality() == command.criticality && asset.criticality_set_by() == command.set_by &&
      IsSame(asset.reviewed_on(), command.reviewed_on)) {
    return Events{};
  }
  if (IsBefore(context.today, command.reviewed_on)) {
    return Reject(Rejection::kDateInFuture, ToText(command.reviewed_on));
  }
  Event event;
  *event.mutable_provenance() = context.provenance;
  auto& set = *event.mutable_strategic_asset_criticality_set();
  set.set_council_id(situation.council_id.value());
  set.set_asset_id(situation.asset_id.value());
  set.set_criticality(command.criticality);
  set.set_set_by(command.set_by);
  *set.mutable_reviewed_on() = command.reviewed_on;
  return Events{std::move(event)};
}

}  // namespace

Decision Decide(const StrategicAssetSituation& situation, const StrategicAssetCommand& command,
                const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit([&](const auto& wish) { return DecideOn(situation, wish, context); }, command);
}

StrategicAsset Evolve(StrategicAsset asset, const Event& event) {
  if (event.has_strategic_asset_registered()) {
    asset.set_council_id(event.strategic_asset_registered().council_id());
    asset.set_asset_id(event.strategic_asset_registered().asset_id());
    *asset.mutable_fields() = event.strategic_asset_registered().fields();
    asset.set_criticality(events::v1::CRITICALITY_NONE);
  } else if (event.has_strategic_asset_amended()) {
    Fold(event.strategic_asset_amended(), *asset.mutable_fields());
  } else if (event.has_strategic_asset_criticality_set()) {
    asset.set_criticality(event.strategic_asset_criticality_set().criticality());
    asset.set_criticality_set_by(event.strategic_asset_criticality_set().set_by());
    *asset.mutable_reviewed_on() = event.strategic_asset_criticality_set().reviewed_on();
  }
  return asset;
}

}  // namespace twinledger::registry
