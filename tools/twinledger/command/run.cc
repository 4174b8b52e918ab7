#include "twinledger/command/run.h"

#include <sys/prctl.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "twinledger/command/engagement/commands.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/command/outbox/commands.h"
#include "twinledger/command/program.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/risk/commands.h"

namespace twinledger::client {
namespace {

constexpr const char* kExamples =
    "twinledger register                              the national register\n"
    "twinledger register --as-of 2026-06-30           as it was known then\n"
    "twinledger overview                              the country in numbers, and what to look at "
    "first\n"
    "twinledger council get wellington-city\n"
    "twinledger import relationships FILE.csv --validate-only\n"
    "twinledger log verify data\n"
    "twinledger import --help                         examples of any command";

ExitCode UsageFailed(Terminal& terminal, const Error& error) {
  PrintError(terminal, error);
  return ExitCode::kUsage;
}

}  // namespace

ExitCode Run(int argc, const char* const* argv, Terminal terminal, const Edition& edition) {
  Program program("Councils' foreign relationships, on a log that cannot lie.", kExamples);
  AddCouncil(program.root());
  AddPartner(program.root());
  AddRelationship(program.root());
  AddOfficial(program.root());
  AddPrincipal(program.root());
  AddAsset(program.root());
  AddEngagement(program.root());
  AddOutbox(program.root());
  AddRegister(program.root());
  AddOverview(program.root());
  AddScorecard(program.root());
  AddTimeline(program.root());
  AddGifts(program.root());
  AddImport(program.root());
  AddRisk(program.root());
  const Command log = AddLog(program.root());
  AddProjection(program.root());
  AddIdentity(program.root());
  edition.add_keeping(program.root(), log);
  AddHealth(program.root());
  AddGenerate(program.root());
  AddConfig(program.root());
  AddCompletion(program.root(), program);
  AddVersion(program.root());
  Result<Action> action = program.Parse(argc, argv, terminal.out);
  if (!action) return UsageFailed(terminal, action.error());
  Result<Settings> settings = ResolveSettings(ProcessSources(program.flags()));
  if (!settings) return UsageFailed(terminal, settings.error());
  Result<Session> session = Session::Open(terminal, *std::move(settings), edition);
  if (!session) return UsageFailed(terminal, session.error());
  return (*action)(*session);
}

void RunProcess(int argc, const char* const* argv, const Edition& edition) {
  prctl(PR_SET_DUMPABLE, 0);  // Names and keys stay out of core dumps.
  const ExitCode code = Run(argc, argv, ProcessTerminal(), edition);
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  // Not by exit(): gRPC's threads may still take leave of a connection, by what OpenSSL takes down
  // there.
  std::_Exit(static_cast<int>(code));
}

}  // namespace twinledger::client
