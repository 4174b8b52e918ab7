#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/owned.h"

namespace twinledger::client {
namespace {

OwnedKind KindOfAssets() {
  return {"asset", "assets", AssetName, {"criticality", "criticality_set_by", "reviewed_on"}};
}

struct CriticalityFlags {
  OwnedFlags owned;
  std::string criticality;
  std::string reviewed_on;
};

ExitCode SetCriticality(Session& session, CriticalityFlags& flags) {
  const Result<std::string> name = AssetName(flags.owned.id, flags.owned.council);
  if (!name) return session.Fail(name.error());
  registry::v1::SetAssetCriticalityRequest request;
  request.set_name(*name);
  for (const auto& [field, text] :
       {std::pair{"criticality", flags.criticality}, {"reviewed_on", flags.reviewed_on}}) {
    const Result<void> set = SetField(request, field, text);
    if (!set) return session.Fail(set.error());
  }
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const auto etag = EtagFor<StrategicAssetApi>(**connection, *name, flags.owned.write);
  if (!etag) return session.Fail(etag.error());
  flags.owned.write.etag = *etag;
  return Write<StrategicAssetApi, registry::v1::SetAssetCriticalityResponse>(
      session, **connection, ServiceOf<StrategicAssetApi>() + "SetAssetCriticality", request,
      flags.owned.write);
}

void AddSetCriticality(Command group) {
  auto flags = std::make_shared<CriticalityFlags>();
  Command command = group.Add("set-criticality", "says how much depends on an asset",
                              "twinledger asset set-criticality UUID --council wellington-city "
                              "--criticality critical --reviewed-on 2026-11-20");
  AddOwnedName(command, KindOfAssets(), flags->owned);
  command.Option("--criticality", flags->criticality,
                 ChoicesOf(registry::v1::SetAssetCriticalityRequest(), "criticality"));
  command.Option("--reviewed-on", flags->reviewed_on, "when it was looked at: 2026-11-20");
  AddWriteFlags(command, flags->owned.write);
  AddEtag(command, flags->owned.write);
  command.OnRun([flags](Session& session) { return SetCriticality(session, *flags); });
}

}  // namespace

void AddAsset(Command root) {
  Command group =
      root.Group("asset", "strategic assets: list, get, create, update, set-criticality, history",
                 "twinledger asset list --filter 'criticality = CRITICAL'\n"
                 "twinledger asset create --council wellington-city --owner joint --kind port "
                 "--stake-permille 510");
  AddOwnedReads<StrategicAssetApi>(group, KindOfAssets(), "kind = PORT");
  AddOwnedWrites<StrategicAssetApi>(group, KindOfAssets(),
                                    "--owner joint --kind port --register-ref AR-17",
                                    [](StrategicAssetApi::CreateRequest& request,
                                       const std::string& id) { request.set_asset_id(id); });
  AddSetCriticality(group);
}

}  // namespace twinledger::client
