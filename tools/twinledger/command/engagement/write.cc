// Records are submitted and amended, from a file or from the command line.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/engagement/api.h"
#include "twinledger/command/engagement/currencies.h"
#include "twinledger/command/engagement/queued_submit.h"
#include "twinledger/command/engagement/record_file.h"
#include "twinledger/command/engagement/records.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/resource.h"
#include "twinledger/command/typed_value.h"
#include "twinledger/import/ids.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kMaker = "officer-1";

struct RecordWriteFlags {
  std::string record;
  std::string council;
  std::string file;
  std::vector<std::string> set;
  std::vector<std::string> clear;
  std::string reason;
  bool queue_if_offline = false;
  WriteFlags write;
};

void AddContent(Command command, RecordWriteFlags& flags) {
  command.Repeatable("--set", flags.set,
                     "FIELD=VALUE, or FIELD=- for a line of standard input, beside the file or "
                     "without; may be repeated");
  AddRequestFlags(command, flags.write);
}

// "FIELD=-" becomes "FIELD=" and a line that is typed.
Result<std::vector<std::string>> TypedLines(Session& session, std::vector<std::string> lines) {
  for (std::string& line : lines) {
    const std::size_t value = std::min(line.find('='), line.size() - 1) + 1;
    TL_TRY(const std::string typed,
           TypedValue(session, line.substr(0, line.find('=')), line.substr(value)));
    line.replace(value, std::string::npos, typed);
  }
  return lines;
}

// The file, if one is named, and then the fields of the command line.
struct Content {
  std::string text;
  std::vector<std::string> lines;
};
Result<Content> ReadContent(Session& session, const RecordWriteFlags& flags) {
  Content content;
  if (flags.file == "-") {
    content.text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else if (!flags.file.empty()) {
    TL_TRY(content.text, ReadNamedFile(flags.file));
  }
  TL_TRY(content.lines, TypedLines(session, flags.set));
  return content;
}

// A relationship is named by its UUID alone, or whole.
Result<void> NameRelationship(const std::string& council, engagement::v1::Record& record) {
  if (record.relationship().empty()) return {};
  TL_TRY(const std::string name, RelationshipName(record.relationship(), council));
  record.set_relationship(name);
  return {};
}

ExitCode SubmitBy(Session& session, RecordWriteFlags& flags) {
  if (flags.council.empty()) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "whose record is it? Name the council with --council",
                              .reason = "COUNCIL_MISSING"});
  }
  const Result<Content> content = ReadContent(session, flags);
  if (!content) return session.Fail(content.error());
  Result<RecordRead> read = ReadRecord(content->text, content->lines);
  if (!read) return session.Fail(read.error());
  crypto::SystemRandom random;
  if (flags.write.request_id.empty()) {
    flags.write.request_id = TimeOrderedUuid(session.clock().Now(), random);
  }
  if (flags.record.empty()) {
    flags.record = SubmittedIdOf(CouncilName(flags.council), flags.write.request_id);
  }
  engagement::v1::SubmitRecordRequest request;
  request.set_parent(CouncilName(flags.council));
  request.set_record_id(flags.record);
  *request.mutable_record() = std::move(read->record);
  FillCurrencies({}, *request.mutable_record());
  const Result<void> named = NameRelationship(flags.council, *request.mutable_record());
  if (!named) return session.Fail(named.error());
  if (flags.queue_if_offline) return SubmitOrQueue(session, request, flags.write);
  auto connection = ConnectToWrite(session, kMaker);
  if (!connection) return session.Fail(connection.error());
  return Write<RecordApi, engagement::v1::SubmitRecordResponse>(
      session, **connection, MethodOf<RecordApi>("Submit"), request, flags.write);
}

// On the record as it stands, which tells the etag too, where none was given.
Result<engagement::v1::AmendRecordRequest> AmendmentOf(Connection& connection,
                                                       const std::string& name,
                                                       const Content& content,
                                                       RecordWriteFlags& flags) {
  rpc::v1::ReadOptions latest;
  latest.set_latest(true);
  TL_TRY(const auto response, Read<RecordApi>(connection, name, latest));
  engagement::v1::Record before = RecordApi::ResourceOf(response);
  for (const std::string& path : flags.clear) ClearPath(path, before);
  TL_TRY(RecordRead read, ReadAmendment(content.text, content.lines, &before));
  if (flags.write.etag.empty()) flags.write.etag = before.etag();
  engagement::v1::AmendRecordRequest request;
  for (const std::string& path : read.paths) request.mutable_update_mask()->add_paths(path);
  for (const std::string& path : flags.clear) request.mutable_update_mask()->add_paths(path);
  FillCurrencies(before, read.record);
  TL_TRY_VOID(NameRelationship(name.substr(0, name.find("/records/")), read.record));
  read.record.set_name(name);
  *request.mutable_record() = std::move(read.record);
  request.set_reason(flags.reason);
  return request;
}

ExitCode AmendBy(Session& session, RecordWriteFlags& flags) {
  const Result<std::string> name = RecordName(flags.record, flags.council);
  if (!name) return session.Fail(name.error());
  const Result<Content> content = ReadContent(session, flags);
  if (!content) return session.Fail(content.error());
  const Result<RecordRead> alone = ReadAmendment(content->text, content->lines, nullptr);
  if (!alone) return session.Fail(alone.error());
  if (alone->paths.empty() && flags.clear.empty()) return session.Fail(NothingToChange());
  auto connection = ConnectToWrite(session, kMaker);
  if (!connection) return session.Fail(connection.error());
  Result<engagement::v1::AmendRecordRequest> request =
      AmendmentOf(**connection, *name, *content, flags);
  if (!request) return session.Fail(request.error());
  return Write<RecordApi, engagement::v1::AmendRecordResponse>(
      session, **connection, MethodOf<RecordApi>("Amend"), *request, flags.write);
}

}  // namespace

void AddRecordWrites(Command group) {
  auto submitted = std::make_shared<RecordWriteFlags>();
  Command submit = group.Add("submit", "submits a record, from a file as `template` prints it",
                             "twinledger engagement submit gift.txt --council wellington-city\n"
                             "twinledger engagement submit gift.txt --council wellington-city "
                             "--set gift.disposition=declined --validate-only\n"
                             "twinledger engagement submit gift.txt --council wellington-city "
                             "--queue-if-offline");
  submit.Optional("file", submitted->file, "lines FIELD = VALUE, or JSON; - for standard input");
  submit.Option("--council", submitted->council, "council of the record; required");
  submit.Option("--id", submitted->record, "its UUID [made up]");
  AddContent(submit, *submitted);
  submit.Flag("--queue-if-offline", submitted->queue_if_offline,
              "keep it on this machine, as `twinledger outbox` shows it, until a server has "
              "answered");
  submit.OnRun([submitted](Session& session) { return SubmitBy(session, *submitted); });

  auto amended = std::make_shared<RecordWriteFlags>();
  Command amend = group.Add("amend", "amends a record, which is then to be checked anew",
                            "twinledger engagement amend UUID --council wellington-city --set "
                            "gift.asset_number=A-17 --reason 'entered in the register'");
  AddRecordName(amend, amended->record, amended->council);
  amend.Option("--file", amended->file,
               "fields to change: lines FIELD = VALUE, or JSON; - for standard input");
  amend.Repeatable("--clear", amended->clear, "field that is not known any more: gift.value");
  amend.Option("--reason", amended->reason, "why; required");
  AddContent(amend, *amended);
  AddEtag(amend, amended->write);
  amend.OnRun([amended](Session& session) { return AmendBy(session, *amended); });
}

}  // namespace twinledger::client
