#include <memory>

#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {
namespace {

struct CouncilFlags {
  std::string council;
  std::string date;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

// Said by a command of its own.
const std::vector<std::string>& SaidElsewhere() {
  static const std::vector<std::string> fields{"reporting_since"};
  return fields;
}

ExitCode SetReportingSince(Session& session, CouncilFlags& flags) {
  registry::v1::SetReportingSinceRequest request;
  request.set_name(CouncilName(flags.council));
  const Result<void> date = SetField(request, "reporting_since", flags.date);
  if (!date) return session.Fail(date.error());
  auto connection = ConnectToWrite(session, kApprover);
  if (!connection) return session.Fail(connection.error());
  const Result<std::string> etag = EtagFor<CouncilApi>(**connection, request.name(), flags.write);
  if (!etag) return session.Fail(etag.error());
  flags.write.etag = *etag;
  return Write<CouncilApi, registry::v1::SetReportingSinceResponse>(
      session, **connection, ServiceOf<CouncilApi>() + "SetReportingSince", request, flags.write);
}

ExitCode CreateCouncilBy(Session& session, CouncilFlags& flags) {
  CouncilApi::CreateRequest request;
  request.set_council_id(flags.council);
  const auto paths = SetFields(session, *request.mutable_council(), flags.fields);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kApprover);
  if (!connection) return session.Fail(connection.error());
  return Write<CouncilApi, CouncilApi::CreateResponse>(
      session, **connection, MethodOf<CouncilApi>("Create"), request, flags.write);
}

void AddCouncilWrites(Command group) {
  auto flags = std::make_shared<CouncilFlags>();
  Command create =
      group.Add("create", "registers a council",
                "twinledger council create otago-region --display-name 'Otago Regional Council' "
                "--kind regional --region Otago");
  create.Required("council", flags->council, "its id: lower-case words joined by \"-\"");
  AddFieldFlags(create, *CouncilApi::Resource::descriptor(), SaidElsewhere(), flags->fields);
  AddWriteFlags(create, flags->write);
  create.OnRun([flags](Session& session) { return CreateCouncilBy(session, *flags); });

  auto changed = std::make_shared<CouncilFlags>();
  Command update = group.Add("update", "amends a council",
                             "twinledger council update wellington-city --population 202737\n"
                             "twinledger council update wellington-city --clear has-port");
  update.Required("council", changed->council, "wellington-city");
  AddFieldFlags(update, *CouncilApi::Resource::descriptor(), SaidElsewhere(), changed->fields);
  AddWriteFlags(update, changed->write);
  AddEtag(update, changed->write);
  update.OnRun([changed](Session& session) {
    return Update<CouncilApi>(session, CouncilName(changed->council), changed->fields,
                              changed->write);
  });

  auto reporting = std::make_shared<CouncilFlags>();
  Command since = group.Add("reporting-since",
                            "says since when a council reports: what ended before is never late",
                            "twinledger council reporting-since wellington-city 2026-07-01");
  since.Required("council", reporting->council, "wellington-city");
  since.Required("day", reporting->date, "2026-07-01");
  AddWriteFlags(since, reporting->write);
  AddEtag(since, reporting->write);
  since.OnRun([reporting](Session& session) { return SetReportingSince(session, *reporting); });
}

}  // namespace

void AddCouncil(Command root) {
  Command group =
      root.Group("council", "councils: list, get, create, update, reporting-since, history",
                 "twinledger council list --filter 'kind = CITY'\n"
                 "twinledger council get wellington-city\n"
                 "twinledger council history wellington-city");
  auto flags = std::make_shared<CouncilFlags>();
  Command list = group.Add("list", "the councils",
                           "twinledger council list\n"
                           "twinledger council list --filter 'region = \"Otago\"' -o csv\n"
                           "twinledger council list --order-by 'population desc' --limit 10");
  AddListFlags(list, flags->read, "kind = CITY AND has_port = YES");
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
