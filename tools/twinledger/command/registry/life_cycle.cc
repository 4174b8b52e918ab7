// The verbs that move a relationship: establish, suspend, resume, end.
#include <memory>
#include <string>

#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {
namespace {

struct MoveFlags {
  std::string relationship;
  std::string council;
  std::string date;
  std::string text;
  WriteFlags write;
};

// What one verb needs beside the relationship's name. An empty flag means that it has none.
struct Verb {
  const char* name;
  const char* method;
  const char* help;
  const char* example;
  const char* date_flag;
  const char* date_field;
  const char* text_flag;
  const char* text_field;
};

constexpr Verb kEstablish{"establish",
                          "EstablishRelationship",
                          "makes a proposed relationship active",
                          "twinledger relationship establish UUID --council wellington-city "
                          "--since 2026-11-20",
                          "--since",
                          "since",
                          "",
                          ""};
constexpr Verb kSuspend{"suspend",
                        "SuspendRelationship",
                        "suspends an active relationship",
                        "twinledger relationship suspend UUID --council wellington-city "
                        "--grounds 'under review' --on 2026-11-20",
                        "--on",
                        "suspended_on",
                        "--grounds",
                        "grounds"};
constexpr Verb kResume{"resume",
                       "ResumeRelationship",
                       "makes a suspended or dormant relationship active again",
                       "twinledger relationship resume UUID --council wellington-city "
                       "--on 2026-11-20",
                       "--on",
                       "resumed_on",
                       "",
                       ""};
constexpr Verb kEnd{"end",
                    "EndRelationship",
                    "ends a relationship, also one that was only proposed",
                    "twinledger relationship end UUID --council wellington-city --on 2026-11-20 "
                    "--why 'agreement expired'",
                    "--on",
                    "ended",
                    "--why",
                    "end_reason"};

template <class Request, class Response>
ExitCode Move(Session& session, const Verb& verb, MoveFlags& flags) {
  const Result<std::string> name = RelationshipName(flags.relationship, flags.council);
  if (!name) return session.Fail(name.error());
  Request request;
  request.set_name(*name);
  const Result<void> date = SetField(request, verb.date_field, flags.date);
  if (!date) return session.Fail(date.error());
  if (*verb.text_field != '\0') {
    const Result<void> text = SetField(request, verb.text_field, flags.text);
    if (!text) return session.Fail(text.error());
  }
  auto connection = ConnectToWrite(session, kApprover);
  if (!connection) return session.Fail(connection.error());
  const Result<std::string> etag = EtagFor<RelationshipApi>(**connection, *name, flags.write);
  if (!etag) return session.Fail(etag.error());
  flags.write.etag = *etag;
  return Write<RelationshipApi, Response>(
      session, **connection, std::string(kRegistryService) + verb.method, request, flags.write);
}

template <class Request, class Response>
void AddVerb(Command group, const Verb& verb) {
  auto flags = std::make_shared<MoveFlags>();
  Command command = group.Add(verb.name, verb.help, verb.example);
  command.Required("relationship", flags->relationship,
                   "its UUID, or councils/COUNCIL/relationships/UUID");
  command.Option("--council", flags->council, "council of the relationship, with a UUID alone");
  command.Option(verb.date_flag, flags->date, "2024, 2024-05 or 2024-05-01");
  if (*verb.text_flag != '\0') command.Option(verb.text_flag, flags->text, "text");
  AddWriteFlags(command, flags->write);
  AddEtag(command, flags->write);
  command.OnRun(
      [flags, verb](Session& session) { return Move<Request, Response>(session, verb, *flags); });
}

}  // namespace

void AddLifeCycle(Command group) {
  using namespace registry::v1;  // NOLINT: the messages of this one function.
  AddVerb<EstablishRelationshipRequest, EstablishRelationshipResponse>(group, kEstablish);
  AddVerb<SuspendRelationshipRequest, SuspendRelationshipResponse>(group, kSuspend);
  AddVerb<ResumeRelationshipRequest, ResumeRelationshipResponse>(group, kResume);
  AddVerb<EndRelationshipRequest, EndRelationshipResponse>(group, kEnd);
}

}  // namespace twinledger::client
