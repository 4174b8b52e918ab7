#include <memory>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {
namespace {

constexpr const char* kExampleId = "0b1c9b5e-31c7-5f0e-a7d2-7f5d7f1f2a10";

struct PartnerFlags {
  std::string partner;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

ExitCode CreatePartnerBy(Session& session, PartnerFlags& flags) {
  if (flags.partner.empty()) {
    crypto::SystemRandom random;
    flags.partner = TimeOrderedUuid(session.clock().Now(), random);
  }
  PartnerApi::CreateRequest request;
  request.set_partner_id(flags.partner);
  const auto paths = SetFields(session, *request.mutable_partner(), flags.fields);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const ExitCode exit = Write<PartnerApi, PartnerApi::CreateResponse>(
      session, **connection, MethodOf<PartnerApi>("Create"), request, flags.write);
  if (exit == ExitCode::kUnavailable) session.Note("and with --id " + flags.partner);
  return exit;
}

void AddPartnerWrites(Command group) {
  auto flags = std::make_shared<PartnerFlags>();
  Command create = group.Add("create", "registers a partner",
                             "twinledger partner create --display-name Xiamen --country CN "
                             "--region Fujian --level municipal");
  create.Option("--id", flags->partner, "its UUID [made up]");
  AddFieldFlags(create, *PartnerApi::Resource::descriptor(), {}, flags->fields);
  AddWriteFlags(create, flags->write);
  create.OnRun([flags](Session& session) { return CreatePartnerBy(session, *flags); });

  auto changed = std::make_shared<PartnerFlags>();
  Command update = group.Add(
      "update", "amends a partner",
      std::string("twinledger partner update ") + kExampleId + " --control-declared elected_local");
  update.Required("partner", changed->partner, "its UUID");
  AddFieldFlags(update, *PartnerApi::Resource::descriptor(), {}, changed->fields);
  AddWriteFlags(update, changed->write);
  AddEtag(update, changed->write);
  update.OnRun([changed](Session& session) {
    return Update<PartnerApi>(session, PartnerName(changed->partner), changed->fields,
                              changed->write);
  });
}

}  // namespace

void AddPartner(Command root) {
  Command group =
      root.Group("partner", "foreign partner bodies: list, get, create, update, history",
                 "twinledger partner list --filter 'country = \"JP\"'\n"
                 "twinledger partner get " +
                     std::string(kExampleId));
  auto flags = std::make_shared<PartnerFlags>();
  Command list = group.Add("list", "the partner bodies",
                           "twinledger partner list\n"
                           "twinledger partner list --filter 'country = \"JP\"' -o csv");
  AddListFlags(list, flags->read, "country = \"JP\"");
  list.OnRun([flags](Session& session) { return List<PartnerApi>(session, {}, flags->read); });

  Command get =
      group.Add("get", "one partner body", std::string("twinledger partner get ") + kExampleId);
  get.Required("partner", flags->partner, "its UUID");
  AddAsOf(get, flags->read);
  get.OnRun([flags](Session& session) {
    return Get<PartnerApi>(session, PartnerName(flags->partner), flags->read);
  });

  Command history = group.Add("history", "every version of one partner, with what changed",
                              std::string("twinledger partner history ") + kExampleId);
  history.Required("partner", flags->partner, "its UUID");
  AddAsOf(history, flags->read);
  history.OnRun([flags](Session& session) {
    return History<PartnerApi>(session, PartnerName(flags->partner), flags->read);
  });
  AddPartnerWrites(group);
}

}  // namespace twinledger::client
