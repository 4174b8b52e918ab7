// Commands on what a council has, which officials and strategic assets have in common: they are
// named by a UUID with --council, or by the whole resource name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {

struct OwnedFlags {
  std::string id;
  std::string council;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

// How one kind of them is called, and its name made.
struct OwnedKind {
  const char* noun;        // "official"
  const char* collection;  // "officials"
  Result<std::string> (*name)(const std::string& typed, const std::string& council);
  std::vector<std::string> output_only;
};

inline void AddOwnedName(Command command, const OwnedKind& kind, OwnedFlags& flags) {
  command.Required(kind.noun, flags.id,
                   std::string("its UUID, or councils/COUNCIL/") + kind.collection + "/UUID");
  command.Option("--council", flags.council, "its council, with a UUID alone");
}

template <class Api>
void AddOwnedReads(Command group, const OwnedKind& kind, const std::string& filter) {
  const std::string words = std::string("twinledger ") + kind.noun;
  auto flags = std::make_shared<OwnedFlags>();
  Command list = group.Add("list", std::string(kind.collection) + " of one council, or of all",
                           words + " list --council wellington-city\n" + words +
                               " list --filter '" + filter + "' -o csv");
  list.Option("--council", flags->council, "council [all]");
  AddListFlags(list, flags->read, filter);
  list.OnRun([flags](Session& session) {
    typename Api::ListRequest request;
    request.set_parent(CouncilName(flags->council.empty() ? "-" : flags->council));
    return List<Api>(session, std::move(request), flags->read);
  });

  Command get = group.Add("get", std::string("one ") + kind.noun,
                          words + " get UUID --council wellington-city");
  AddOwnedName(get, kind, *flags);
  AddAsOf(get, flags->read);
  get.OnRun([flags, kind](Session& session) {
    const Result<std::string> name = kind.name(flags->id, flags->council);
    if (!name) return session.Fail(name.error());
    return Get<Api>(session, *name, flags->read);
  });

  Command history =
      group.Add("history", std::string("every version of one ") + kind.noun + ", with what changed",
                words + " history UUID --council wellington-city");
  AddOwnedName(history, kind, *flags);
  AddAsOf(history, flags->read);
  history.OnRun([flags, kind](Session& session) {
    const Result<std::string> name = kind.name(flags->id, flags->council);
    if (!name) return session.Fail(name.error());
    return History<Api>(session, *name, flags->read);
  });
}

// `set_id` gives the request the id of the new one.
template <class Api>
ExitCode CreateOwned(Session& session, const OwnedKind& kind, OwnedFlags& flags,
                     void (*set_id)(typename Api::CreateRequest&, const std::string&)) {
  if (flags.council.empty()) {
    return session.Fail(Error{
        .code = Code::kInvalidArgument,
        .message = std::string("whose ") + kind.noun + " is it? Name the council with --council",
        .reason = "COUNCIL_MISSING"});
  }
  if (flags.id.empty()) {
    crypto::SystemRandom random;
    flags.id = RandomUuid(random);
  }
  typename Api::CreateRequest request;
  request.set_parent(CouncilName(flags.council));
  set_id(request, flags.id);
  const auto paths = SetFields(session, Api::ResourceOf(request), flags.fields);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const ExitCode exit = Write<Api, typename Api::CreateResponse>(
      session, **connection, MethodOf<Api>("Create"), request, flags.write);
  if (exit == ExitCode::kUnavailable) session.Note("and with --id " + flags.id);
  return exit;
}

template <class Api>
void AddOwnedWrites(Command group, const OwnedKind& kind, const std::string& example,
                    void (*set_id)(typename Api::CreateRequest&, const std::string&)) {
  const std::string words = std::string("twinledger ") + kind.noun;
  auto flags = std::make_shared<OwnedFlags>();
  Command create = group.Add("create", std::string("registers one: ") + kind.noun,
                             words + " create --council wellington-city " + example);
  create.Option("--council", flags->council, "its council; required");
  create.Option("--id", flags->id, "its UUID [made up]");
  AddFieldFlags(create, *Api::Resource::descriptor(), kind.output_only, flags->fields);
  AddWriteFlags(create, flags->write);
  create.OnRun([flags, kind, set_id](Session& session) {
    return CreateOwned<Api>(session, kind, *flags, set_id);
  });

  auto changed = std::make_shared<OwnedFlags>();
  Command update = group.Add("update", std::string("amends one: ") + kind.noun,
                             words + " update UUID --council wellington-city " + example);
  AddOwnedName(update, kind, *changed);
  AddFieldFlags(update, *Api::Resource::descriptor(), kind.output_only, changed->fields);
  AddWriteFlags(update, changed->write);
  AddEtag(update, changed->write);
  update.OnRun([changed, kind](Session& session) {
    const Result<std::string> name = kind.name(changed->id, changed->council);
    if (!name) return session.Fail(name.error());
    return Update<Api>(session, *name, changed->fields, changed->write);
  });
}

}  // namespace twinledger::client
