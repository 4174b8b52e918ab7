// The verbs that move a record: retract, verify, return.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/crypto/hash.h"
#include "twinledger/command/engagement/api.h"
#include "twinledger/command/engagement/record_file.h"
#include "twinledger/command/engagement/records.h"
#include "twinledger/command/registry/resource.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kChecker = "officer-2";

struct StepFlags {
  std::string record;
  std::string council;
  std::string text;
  std::vector<std::string> evidence;
  WriteFlags write;
};

// By its digest: the document itself stays where it is.
Result<engagement::v1::Evidence> EvidenceOf(const std::string& file) {
  TL_TRY(const std::string bytes, ReadNamedFile(file));
  engagement::v1::Evidence evidence;
  evidence.set_sha256(crypto::Hex(crypto::Sha256(bytes)));
  evidence.set_size_bytes(static_cast<std::int64_t>(bytes.size()));
  evidence.set_title(std::filesystem::path(file).filename().string());
  return evidence;
}

Result<void> Fill(const StepFlags& flags, engagement::v1::VerifyRecordRequest& request) {
  request.set_note(flags.text);
  for (const std::string& file : flags.evidence) {
    TL_TRY(*request.add_evidence(), EvidenceOf(file));
  }
  return {};
}

template <class Request>
Result<void> Fill(const StepFlags& flags, Request& request) {
  request.set_reason(flags.text);
  return {};
}

template <class Request, class Response>
ExitCode Step(Session& session, const char* verb, StepFlags& flags) {
  const Result<std::string> name = RecordName(flags.record, flags.council);
  if (!name) return session.Fail(name.error());
  Request request;
  request.set_name(*name);
  const Result<void> filled = Fill(flags, request);
  if (!filled) return session.Fail(filled.error());
  auto connection = ConnectToWrite(session, kChecker);
  if (!connection) return session.Fail(connection.error());
  const Result<std::string> etag = EtagFor<RecordApi>(**connection, *name, flags.write);
  if (!etag) return session.Fail(etag.error());
  flags.write.etag = *etag;
  return Write<RecordApi, Response>(session, **connection, MethodOf<RecordApi>(verb), request,
                                    flags.write);
}

template <class Request, class Response>
Command AddStep(Command group, const char* name, const char* verb, const char* help,
                const char* example, const std::shared_ptr<StepFlags>& flags) {
  Command command = group.Add(name, help, example);
  AddRecordName(command, flags->record, flags->council);
  AddRequestFlags(command, flags->write);
  AddEtag(command, flags->write);
  command.OnRun(
      [flags, verb](Session& session) { return Step<Request, Response>(session, verb, *flags); });
  return command;
}

}  // namespace

void AddRecordSteps(Command group) {
  using namespace engagement::v1;  // NOLINT: the messages of this one function.
  auto retracted = std::make_shared<StepFlags>();
  AddStep<RetractRecordRequest, RetractRecordResponse>(
      group, "retract", "Retract", "takes a record back, once a second person has verified it",
      "twinledger engagement retract UUID --council wellington-city --reason 'entered twice'",
      retracted)
      .Option("--reason", retracted->text, "why; required");
  auto verified = std::make_shared<StepFlags>();
  Command verify = AddStep<VerifyRecordRequest, VerifyRecordResponse>(
      group, "verify", "Verify",
      "says that a record, or its retraction, was checked, by somebody who did neither",
      "twinledger engagement verify UUID --council wellington-city --note 'seen in the register'",
      verified);
  verify.Option("--note", verified->text, "how it was checked");
  verify.Repeatable(
      "--evidence", verified->evidence,
      "file that it was checked by, of which the digest is recorded; may be repeated");
  auto returned = std::make_shared<StepFlags>();
  AddStep<ReturnRecordRequest, ReturnRecordResponse>(
      group, "return", "Return",
      "gives a record back to be put right, or makes its retraction none",
      "twinledger engagement return UUID --council wellington-city --reason 'which value?'",
      returned)
      .Option("--reason", returned->text, "what is to be put right; required");
}

}  // namespace twinledger::client
