#include <memory>
#include <string>
#include <vector>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"
#include "twinledger/import/register_client.h"

namespace twinledger::client {
namespace {

struct RelationshipFlags {
  std::string relationship;
  std::string council;
  ReadFlags read;
  WriteFlags write;
  FieldFlags fields;
};

// Fields that Establish, Suspend, Resume and End set.
const std::vector<std::string>& OutputOnly() {
  static const std::vector<std::string> fields{"suspended_on", "suspension_grounds",
                                               "last_activity", "status_decided"};
  return fields;
}

void AddName(Command command, RelationshipFlags& flags) {
  command.Required("relationship", flags.relationship,
                   "its UUID, or councils/COUNCIL/relationships/UUID");
  command.Option("--council", flags.council, "council of the relationship, with a UUID alone");
}

// Sends a new relationship: proposed by someone, or as a source tells of it.
template <class Request, class Response>
ExitCode CreateRelationshipBy(Session& session, const char* method, RelationshipFlags& flags) {
  if (flags.council.empty()) {
    return session.Fail(
        Error{.code = Code::kInvalidArgument,
              .message = "whose relationship is it? Name the council with --council",
              .reason = "COUNCIL_MISSING"});
  }
  if (flags.relationship.empty()) {
    crypto::SystemRandom random;
    flags.relationship = TimeOrderedUuid(session.clock().Now(), random);
  }
  FieldFlags fields = flags.fields;
  if (std::string& partner = fields.values["partner"]; !partner.empty()) {
    partner = PartnerName(partner);
  }
  Request request;
  request.set_parent(CouncilName(flags.council));
  request.set_relationship_id(flags.relationship);
  const auto paths = SetFields(session, *request.mutable_relationship(), fields);
  if (!paths) return session.Fail(paths.error());
  auto connection = ConnectToWrite(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  const ExitCode exit = Write<RelationshipApi, Response>(
      session, **connection, std::string(kRegistryService) + method, request, flags.write);
  if (exit == ExitCode::kUnavailable) session.Note("and with --id " + flags.relationship);
  return exit;
}

template <class Request, class Response>
void AddRelationshipCreate(Command group, const char* verb, const char* method, const char* help,
                           const char* example) {
  auto flags = std::make_shared<RelationshipFlags>();
  Command command = group.Add(verb, help, example);
  command.Option("--council", flags->council, "council of the relationship; required");
  command.Option("--id", flags->relationship, "its UUID [made up]");
  AddFieldFlags(command, *RelationshipApi::Resource::descriptor(), OutputOnly(), flags->fields);
  AddWriteFlags(command, flags->write);
  command.OnRun([flags, method](Session& session) {
    return CreateRelationshipBy<Request, Response>(session, method, *flags);
  });
}

// People know a partner by its name; other commands want its id.
Result<void> AddPartnerNames(Connection& connection, const rpc::v1::ReadOptions& options,
                             std::vector<Json>& rows) {
  std::vector<std::string> names;
  for (const Json& row : rows) {
    if (row["partner"].is_string()) names.push_back(row["partner"].get<std::string>());
  }
  const ReadTick to_the_end = [](std::uint64_t) { return true; };
  RegisterReader reader(connection, to_the_end, options);
  TL_TRY(const Records<registry::v1::Partner> partners, reader.Partners(names));
  for (Json& row : rows) {
    const auto found = row["partner"].is_string() ? partners.find(row["partner"].get<std::string>())
                                                  : partners.end();
    row["partner_display_name"] =
        found == partners.end() ? Json() : Json(found->second.display_name());
  }
  return {};
}

void AddRelationshipReads(Command group) {
  auto flags = std::make_shared<RelationshipFlags>();
  Command list = group.Add("list", "relationships of one council, or of all",
                           "twinledger relationship list --council wellington-city\n"
                           "twinledger relationship list --filter 'status = ACTIVE' -o jsonl");
  list.Option("--council", flags->council, "council [all]");
  AddListFlags(list, flags->read, "status = ACTIVE");
  list.OnRun([flags](Session& session) {
    RelationshipApi::ListRequest request;
    request.set_parent(CouncilName(flags->council.empty() ? "-" : flags->council));
    return List<RelationshipApi>(session, std::move(request), flags->read, AddPartnerNames);
  });

  Command get =
      group.Add("get", "one relationship",
                "twinledger relationship get UUID --council wellington-city\n"
                "twinledger relationship get councils/wellington-city/relationships/UUID");
  AddName(get, *flags);
  AddAsOf(get, flags->read);
  get.OnRun([flags](Session& session) {
    const Result<std::string> name = RelationshipName(flags->relationship, flags->council);
    if (!name) return session.Fail(name.error());
    return Get<RelationshipApi>(session, *name, flags->read);
  });

  Command history = group.Add("history", "every version of one relationship, with what changed",
                              "twinledger relationship history UUID --council wellington-city");
  AddName(history, *flags);
  AddAsOf(history, flags->read);
  history.OnRun([flags](Session& session) {
    const Result<std::string> name = RelationshipName(flags->relationship, flags->council);
    if (!name) return session.Fail(name.error());
    return History<RelationshipApi>(session, *name, flags->read);
  });
}

void AddRelationshipUpdate(Command group) {
  auto flags = std::make_shared<RelationshipFlags>();
  Command update = group.Add("update", "amends what is recorded of a relationship",
                             "twinledger relationship update UUID --council wellington-city "
                             "--owner-role 'International relations' --next-review-due 2027-06");
  AddName(update, *flags);
  AddFieldFlags(update, *RelationshipApi::Resource::descriptor(), OutputOnly(), flags->fields);
  AddWriteFlags(update, flags->write);
  AddEtag(update, flags->write);
  update.OnRun([flags](Session& session) {
    const Result<std::string> name = RelationshipName(flags->relationship, flags->council);
    if (!name) return session.Fail(name.error());
    FieldFlags fields = flags->fields;
    if (std::string& partner = fields.values["partner"]; !partner.empty()) {
      partner = PartnerName(partner);
    }
    return Update<RelationshipApi>(session, *name, fields, flags->write);
  });
}

}  // namespace

void AddRelationship(Command root) {
  using namespace registry::v1;  // NOLINT: the messages of this one function.
  Command group = root.Group(
      "relationship", "relationships: list, get, create, update, history, and their life cycle",
      "twinledger relationship list --council wellington-city\n"
      "twinledger relationship propose --council wellington-city --partner UUID --kind "
      "sister_city\n"
      "twinledger relationship establish UUID --council wellington-city --since 2026-11-20");
  AddRelationshipReads(group);
  AddRelationshipCreate<RecordRelationshipRequest, RecordRelationshipResponse>(
      group, "create", "RecordRelationship", "records an existing relationship, as a source tells",
      "twinledger relationship create --council wellington-city --partner UUID --kind sister_city "
      "--status active --since 1994");
  AddRelationshipUpdate(group);
  AddRelationshipCreate<ProposeRelationshipRequest, ProposeRelationshipResponse>(
      group, "propose", "ProposeRelationship", "proposes a relationship",
      "twinledger relationship propose --council wellington-city --partner UUID --kind "
      "sister_city");
  AddLifeCycle(group);
}

}  // namespace twinledger::client
