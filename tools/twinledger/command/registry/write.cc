#include "twinledger/command/registry/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/typed_value.h"
#include "twinledger/connection/retry.h"

namespace twinledger::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor& FieldOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  TL_CHECK(field != nullptr);
  return *field;
}

void SetText(Message& message, const char* name, const std::string& text) {
  message.GetReflection()->SetString(&message, &FieldOf(message, name), text);
}

Result<void> FillProvenance(registry::v1::Provenance& provenance, const WriteFlags& flags) {
  provenance.set_source(registry::v1::SOURCE_DIRECT);
  provenance.set_correction_reason(flags.reason);
  if (flags.occur_date.empty()) return {};
  TL_TRY(*provenance.mutable_occur_date(), ParseDate(flags.occur_date));
  return {};
}

// By field name; asked for in the order of the fields.
Result<std::map<std::string, std::string>> TypedValues(Session& session,
                                                       const google::protobuf::Descriptor& type,
                                                       std::map<std::string, std::string> values) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto found = values.find(type.field(i)->name());
    if (found == values.end()) continue;
    TL_TRY(found->second, TypedValue(session, found->first, found->second));
  }
  return values;
}

}  // namespace

void AddRequestFlags(Command command, WriteFlags& flags) {
  command.Option("--request-id", flags.request_id,
                 "UUID of this write; the same one again gets the first answer [made up]");
  command.Flag("--validate-only,--dry-run", flags.validate_only,
               "let the server check it, and record nothing");
}

void AddWriteFlags(Command command, WriteFlags& flags) {
  AddRequestFlags(command, flags);
  command.Option("--occurred", flags.occur_date, "when it happened: 2024, 2024-05 or 2024-05-01");
  command.Option("--reason", flags.reason, "why a record is amended");
}

void AddEtag(Command command, WriteFlags& flags) {
  command.Option("--etag", flags.etag,
                 "version that this write is based on; if it is no longer the newest, nothing is "
                 "recorded [the newest]");
}

void AddFieldFlags(Command command, const google::protobuf::Descriptor& type,
                   const std::vector<std::string>& output_only, FieldFlags& flags) {
  for (const WritableField& field : WritableFields(type, output_only)) {
    const std::string typed = field.help == "text" ? ", or - for a line of standard input" : "";
    command.Option(field.flag, flags.values[field.name], field.help + typed);
  }
  command.Repeatable("--clear", flags.clear, "field that is not known any more; may be repeated");
}

Result<std::vector<std::string>> SetFields(Session& session, Message& resource,
                                           const FieldFlags& flags) {
  TL_TRY(const auto values, TypedValues(session, *resource.GetDescriptor(), flags.values));
  std::vector<std::string> paths;
  std::vector<FieldViolation> violations;
  for (const auto& [name, value] : values) {
    if (value.empty()) continue;
    const Result<void> set = SetField(resource, name, value);
    if (!set) {
      violations.push_back(
          {name, fmt::format("\"{}\": {}", value, set.error().violations.front().description)});
    }
    paths.push_back(name);
  }
  for (std::string name : flags.clear) {
    std::ranges::replace(name, '-', '_');
    if (!flags.values.contains(name)) {
      violations.push_back({name, "there is no such field: see --help"});
    }
    paths.push_back(name);
  }
  if (violations.empty()) return paths;
  const std::size_t wrong = violations.size();
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{} of the fields cannot be set", wrong),
               .reason = "VALUE_MALFORMED",
               .violations = std::move(violations)};
}

Error NothingToChange() {
  return Error{.code = Code::kInvalidArgument,
               .message = "nothing to change: name at least one field, as --help lists them",
               .reason = "NOTHING_TO_CHANGE"};
}

Result<void> FillWrite(Message& request, WallTime now, WriteFlags& flags) {
  if (flags.request_id.empty()) {
    crypto::SystemRandom random;
    flags.request_id = TimeOrderedUuid(now, random);
  } else if (!IsUuid(flags.request_id)) {
    return Error{
        .code = Code::kInvalidArgument,
        .message = fmt::format("--request-id \"{}\" is not a UUID in lower case", flags.request_id),
        .reason = "REQUEST_ID_MALFORMED",
        .metadata = {{"value", flags.request_id}}};
  }
  SetText(request, "request_id", flags.request_id);
  const auto& reflection = *request.GetReflection();
  reflection.SetBool(&request, &FieldOf(request, "validate_only"), flags.validate_only);
  if (request.GetDescriptor()->FindFieldByName("etag") != nullptr) {
    SetText(request, "etag", flags.etag);
  }
  if (request.GetDescriptor()->FindFieldByName("provenance") == nullptr) return {};
  Message* provenance = reflection.MutableMessage(&request, &FieldOf(request, "provenance"));
  auto* typed = dynamic_cast<registry::v1::Provenance*>(provenance);
  TL_CHECK(typed != nullptr);
  return FillProvenance(*typed, flags);
}

ExitCode FailWrite(Session& session, const Error& error, const WriteFlags& flags) {
  const ExitCode exit = session.Fail(error);
  if (IsNotRecorded(error) && !error.metadata.contains(kEarlierAttempt)) {
    session.Note(fmt::format("it was not recorded; --request-id {} names it when you repeat it",
                             flags.request_id));
  } else if (exit == ExitCode::kUnavailable || error.metadata.contains(kEarlierAttempt)) {
    session.Note(
        fmt::format("it may have been recorded; the same command with --request-id {}{} "
                    "repeats it safely",
                    flags.request_id, flags.etag.empty() ? "" : " --etag " + flags.etag));
  }
  return exit;
}

void PrintWritten(Session& session, const std::string& kind, const Json& resource,
                  const Json& receipt, const Json& facts) {
  Printer printer =
      session.Print({.kind = kind,
                     .columns = {{kind + ".name", "name"},
                                 {kind + ".etag", "etag"},
                                 {"receipt.position", "position"},
                                 {"receipt.commit_hash", "commit_hash"},
                                 {"receipt.record_time", "recorded", Column::Kind::kTime},
                                 {"receipt.unchanged", "unchanged"},
                                 {"receipt.validate_only", "validate_only"}},
                     .single = true});
  Json row = {{kind, resource}, {"receipt", receipt}};
  row.update(facts);
  printer.Row(row);
  printer.Finish();
}

}  // namespace twinledger::client
