#include <utility>

#include "twinledger/command/connect.h"
#include "twinledger/command/program.h"
#include "twinledger/connection/endpoint.h"

namespace twinledger::client {
namespace {

ExitCode Show(Session& session) {
  Printer printer = session.Print(
      {.kind = "settings",
       .columns = {
           {"name", "SETTING"}, {"value", "VALUE"}, {"source", "SOURCE"}, {"flag", "FLAG"}}});
  for (const SettingName& name : kSettings) {
    const Setting setting = name.name == "server" ? FindServer(session.settings(), kAnalyst)
                                                  : session.settings().find(name.name)->second;
    printer.Row({{"name", name.name},
                 {"value", setting.value},
                 {"source", setting.source},
                 {"flag", name.flag}});
  }
  printer.Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddConfig(Command root) {
  Command group = root.Group("config", "the settings of this client",
                             "twinledger config show\n"
                             "twinledger --profile agency config show -o json");
  Command show = group.Add("show", "every setting, its value, and where it came from",
                           "twinledger config show\n"
                           "TWINLEDGER_SERVER=ledger.example:7443 twinledger config show");
  show.OnRun(Show);
}

}  // namespace twinledger::client
