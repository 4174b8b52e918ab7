#include <memory>

#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {
namespace {

struct CouncilFlags {
  std::string council;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

ExitCode CreateCouncilBy(Session& session, CouncilFlags& flags) {
  CouncilApi::CreateRequest request;
  request.set_council_id(flags.council);
  const auto paths = SetFields(*request.mutable_council(), flags.fields);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kApprover);
  if (!connection) return session.Fail(connection.error());
  return Write<CouncilApi, CouncilApi::CreateResponse>(session, **connection, "CreateCouncil",
                                                       request, flags.write);
}

void AddCouncilWrites(Command group) {
  auto flags = std::make_shared<CouncilFlags>();
  Command create =
      group.Add("create", "registers a council",
                "twinledger council create otago-region --display-name 'Otago Regional Council' "
                "--kind regional --region Otago");
  create.Required("council", flags->council, "its id: lower-case words joined by \"-\"");
  AddFieldFlags(create, *CouncilApi::Resource::descriptor(), {}, flags->fields);
  AddWriteFlags(create, flags->write);
  create.OnRun([flags](Session& session) { return CreateCouncilBy(session, *flags); });

  auto changed = std::make_shared<CouncilFlags>();
  Command update = group.Add("update", "amends a council",
                             "twinledger council update wellington-city --population 202737\n"
                             "twinledger council update wellington-city --clear has-port");
  update.Required("council", changed->council, "wellington-city");
  AddFieldFlags(update, *CouncilApi::Resource::descriptor(), {}, changed->fields);
  AddWriteFlags(update, changed->write);
  AddEtag(update, changed->write);
  update.OnRun([changed](Session& session) {
    return Update<CouncilApi>(session, CouncilName(changed->council), changed->fields,
                              changed->write);
  });
}

}  // namespace

void AddCouncil(Command root) {
  Command group = root.Group("council", "councils: list, get, create, update, history",
                             "twinledger council list --filter 'kind = CITY'\n"
                             "twinledger council get wellington-city\n"
                             "twinledger council history wellington-city");
  auto flags = std::make_shared<CouncilFlags>();
  Command list = group.Add("list", "the councils",
                           "twinledger council list\n"
                           "twinledger council list --filter 'region = \"Otago\"' -o csv\n"
                           "twinledger council list --order-by 'population desc' --limit 10");
  AddListFlags(list, flags->read);
  list.OnRun([flags](Session& session) { return List<CouncilApi>(session, {}, flags->read); });

  Command get = group.Add("get", "one council",
                          "twinledger council get wellington-city\n"
                          "twinledger council get wellington-city --as-of 2026-06-30 -o json");
  get.Required("council", flags->council, "wellington-city");
  AddAsOf(get, flags->read);
  get.OnRun([flags](Session& session) {
    return Get<CouncilApi>(session, CouncilName(flags->council), flags->read);
  });

  Command history = group.Add("history", "every version of one council, with what changed",
                              "twinledger council history wellington-city");
  history.Required("council", flags->council, "wellington-city");
  AddAsOf(history, flags->read);
  history.OnRun([flags](Session& session) {
    return History<CouncilApi>(session, CouncilName(flags->council), flags->read);
  });
  AddCouncilWrites(group);
}

}  // namespace twinledger::client
