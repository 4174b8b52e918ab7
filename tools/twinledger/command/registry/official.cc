#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/owned.h"

namespace twinledger::client {

void AddOfficial(Command root) {
  const OwnedKind kind{"official", "officials", OfficialName, {"display_name_state"}};
  Command group =
      root.Group("official", "officials of councils: list, get, create, update, history",
                 "twinledger official list --council wellington-city\n"
                 "twinledger official create --council wellington-city --office Mayor "
                 "--since 2025-10 --display-name 'Example Name'");
  AddOwnedReads<OfficialApi>(group, kind, "office = \"Mayor\"");
  AddOwnedWrites<OfficialApi>(group, kind, "--office Mayor --since 2025-10",
                              [](OfficialApi::CreateRequest& request, const std::string& id) {
                                request.set_official_id(id);
                              });
}

}  // namespace twinledger::client
