#include <algorithm>
#include <memory>
#include <string_view>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"
#include "twinledger/command/typed_value.h"

namespace twinledger::client {
namespace {

constexpr const char* kExamplePrincipal = "3f7a1c52-8d64-4b0e-9c1d-2a5e6f708192";

struct PrincipalFlags {
  std::string principal;
  std::string into;
  bool undo = false;
  std::vector<std::string> aliases;
  std::vector<std::string> affiliations;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

// "organisation=Ministry of Examples; type=state_owned; declared=no".
Result<registry::v1::Affiliation> ParseAffiliation(std::string_view text) {
  registry::v1::Affiliation affiliation;
  const auto* type = registry::v1::Affiliation::descriptor();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string field(part.substr(0, equals));
    std::ranges::replace(field, '-', '_');
    if (type->FindFieldByName(field) == nullptr || equals == part.size()) {
      return Error{.code = Code::kInvalidArgument,
                   .message = "--affiliation: \"" + std::string(part) +
                              "\" is none of organisation=, type=, declared=, found-on=, source=, "
                              "confidence=, with \";\" between them",
                   .reason = "VALUE_MALFORMED"};
    }
    TL_TRY_VOID(SetField(affiliation, field, part.substr(equals + 1)));
  }
  return affiliation;
}

// Sets the fields, and answers with their paths.
Result<std::vector<std::string>> SetAll(Session& session, registry::v1::Principal& principal,
                                        const PrincipalFlags& flags) {
  FieldFlags fields = flags.fields;
  for (const char* const field : {"organisation", "acting_for"}) {
    if (std::string& named = fields.values[field]; !named.empty()) named = PrincipalName(named);
  }
  TL_TRY(std::vector<std::string> paths, SetFields(session, principal, fields));
  for (const std::string& alias : flags.aliases) {
    TL_TRY(*principal.add_aliases(), TypedValue(session, "alias", alias));
  }
  for (const std::string& text : flags.affiliations) {
    TL_TRY(*principal.add_affiliations(), ParseAffiliation(text));
  }
  if (!flags.aliases.empty()) paths.emplace_back("aliases");
  if (!flags.affiliations.empty()) paths.emplace_back("affiliations");
  return paths;
}

void AddPrincipalFields(Command command, std::vector<std::string> output_only,
                        PrincipalFlags& flags) {
  output_only.insert(output_only.end(),
                     {"merged_into", "survivor", "registrar", "display_name_state"});
  AddFieldFlags(command, *PrincipalApi::Resource::descriptor(), output_only, flags.fields);
  command.Repeatable("--alias", flags.aliases,
                     "another name, or - for a line of standard input; may be repeated");
  command.Repeatable("--affiliation", flags.affiliations,
                     "'organisation=Ministry; type=state_owned; declared=no; found-on=2026-05-01; "
                     "source=annual report; confidence=high'; may be repeated");
  // So that --clear knows them.
  flags.fields.values["aliases"];
  flags.fields.values["affiliations"];
}

ExitCode CreatePrincipalBy(Session& session, PrincipalFlags& flags) {
  if (flags.principal.empty()) {
    crypto::SystemRandom random;
    flags.principal = RandomUuid(random);
  }
  PrincipalApi::CreateRequest request;
  request.set_principal_id(flags.principal);
  const auto paths = SetAll(session, *request.mutable_principal(), flags);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const ExitCode exit = Write<PrincipalApi, PrincipalApi::CreateResponse>(
      session, **connection, MethodOf<PrincipalApi>("Create"), request, flags.write);
  if (exit == ExitCode::kUnavailable) session.Note("and with --id " + flags.principal);
  return exit;
}

ExitCode UpdatePrincipalBy(Session& session, PrincipalFlags& flags) {
  PrincipalApi::UpdateRequest request;
  const auto paths = SetAll(session, *request.mutable_principal(), flags);
  if (!paths) return session.Fail(paths.error());
  if (paths->empty()) return session.Fail(NothingToChange());
  for (const std::string& path : *paths) request.mutable_update_mask()->add_paths(path);
  const std::string name = PrincipalName(flags.principal);
  request.mutable_principal()->set_name(name);
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const Result<std::string> etag = EtagFor<PrincipalApi>(**connection, name, flags.write);
  if (!etag) return session.Fail(etag.error());
  flags.write.etag = *etag;
  return Write<PrincipalApi, PrincipalApi::UpdateResponse>(
      session, **connection, MethodOf<PrincipalApi>("Update"), request, flags.write);
}

ExitCode MergePrincipalBy(Session& session, PrincipalFlags& flags) {
  if (flags.into.empty() != flags.undo) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "give --into PRINCIPAL, or --undo",
                              .reason = "INTO_MISSING"});
  }
  registry::v1::MergePrincipalRequest request;
  request.set_name(PrincipalName(flags.principal));
  if (!flags.undo) request.set_into(PrincipalName(flags.into));
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const auto etag = EtagFor<PrincipalApi>(**connection, request.name(), flags.write);
  if (!etag) return session.Fail(etag.error());
  flags.write.etag = *etag;
  return Write<PrincipalApi, registry::v1::MergePrincipalResponse>(
      session, **connection, MethodOf<PrincipalApi>("Merge"), request, flags.write);
}

void AddPrincipalReads(Command group) {
  auto flags = std::make_shared<PrincipalFlags>();
  Command list = group.Add("list", "organisations, and the people that you may see",
                           "twinledger principal list\n"
                           "twinledger principal list --filter 'kind = ORGANISATION' -o csv");
  AddListFlags(list, flags->read, "kind = ORGANISATION");
  list.OnRun([flags](Session& session) { return List<PrincipalApi>(session, {}, flags->read); });

  Command get = group.Add("get", "one principal",
                          std::string("twinledger principal get ") + kExamplePrincipal);
  get.Required("principal", flags->principal, "its UUID");
  AddAsOf(get, flags->read);
  get.OnRun([flags](Session& session) {
    return Get<PrincipalApi>(session, PrincipalName(flags->principal), flags->read);
  });

  Command history = group.Add("history", "every version of one principal, with what changed",
                              std::string("twinledger principal history ") + kExamplePrincipal);
  history.Required("principal", flags->principal, "its UUID");
  AddAsOf(history, flags->read);
  history.OnRun([flags](Session& session) {
    return History<PrincipalApi>(session, PrincipalName(flags->principal), flags->read);
  });
}

void AddPrincipalWrites(Command group) {
  auto flags = std::make_shared<PrincipalFlags>();
  Command create = group.Add("create", "registers a principal",
                             "twinledger principal create --kind organisation --display-name "
                             "'Harbour Example Ltd' --role 'port operator'");
  create.Option("--id", flags->principal, "its UUID [made up]");
  AddPrincipalFields(create, {}, *flags);
  AddWriteFlags(create, flags->write);
  create.OnRun([flags](Session& session) { return CreatePrincipalBy(session, *flags); });

  auto changed = std::make_shared<PrincipalFlags>();
  Command update = group.Add("update", "amends a principal",
                             std::string("twinledger principal update ") + kExamplePrincipal +
                                 " --role consul\ntwinledger principal update " +
                                 kExamplePrincipal + " --donor-group-id " + kExamplePrincipal);
  update.Required("principal", changed->principal, "its UUID");
  AddPrincipalFields(update, {"kind"}, *changed);
  AddWriteFlags(update, changed->write);
  AddEtag(update, changed->write);
  update.OnRun([changed](Session& session) { return UpdatePrincipalBy(session, *changed); });

  auto merged = std::make_shared<PrincipalFlags>();
  Command merge =
      group.Add("merge", "says that a principal is the same as one that was registered earlier",
                std::string("twinledger principal merge UUID --into ") + kExamplePrincipal +
                    "\ntwinledger principal merge UUID --undo");
  merge.Required("principal", merged->principal, "UUID of the later one");
  merge.Option("--into", merged->into, "UUID of the earlier one");
  merge.Flag("--undo", merged->undo, "it is not the same after all");
  AddWriteFlags(merge, merged->write);
  AddEtag(merge, merged->write);
  merge.OnRun([merged](Session& session) { return MergePrincipalBy(session, *merged); });
}

}  // namespace

void AddPrincipal(Command root) {
  Command group =
      root.Group("principal",
                 "organisations and people that councils deal with: list, get, create, update, "
                 "merge, history",
                 "twinledger principal list --filter 'kind = ORGANISATION'\n"
                 "twinledger principal get " +
                     std::string(kExamplePrincipal));
  AddPrincipalReads(group);
  AddPrincipalWrites(group);
}

}  // namespace twinledger::client
