#include "twinledger/command/program.h"

namespace twinledger::client {

void AddVersion(Command root) {
  Command version = root.Add("version", "the version of this client",
                             "twinledger version\n"
                             "twinledger version -o json");
  version.OnRun([](Session& session) {
    Printer printer =
        session.Print({.kind = "version", .columns = {{"version", "twinledger"}}, .single = true});
    printer.Row({{"version", TWINLEDGER_VERSION}});
    printer.Finish();
    return ExitCode::kDone;
  });
}

}  // namespace twinledger::client
