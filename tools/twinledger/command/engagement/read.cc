// Reading records: lists, one, its history; and a file to fill in.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

#include "twinledger/command/engagement/api.h"
#include "twinledger/command/engagement/record_file.h"
#include "twinledger/command/engagement/records.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/resource.h"
#include "twinledger/import/ids.h"

namespace twinledger::client {
namespace {

struct RecordReadFlags {
  std::string record;
  std::string council;
  ReadFlags read;
};

ExitCode PrintTemplate(Session& session, const std::string& kind) {
  const Result<std::string> text = RecordTemplate(kind);
  if (!text) return session.Fail(text.error());
  if (!session.FormatIsForPrograms()) {
    session.terminal().out << *text;
    return ExitCode::kDone;
  }
  Printer printer =
      session.Print({.kind = "template", .columns = {{"template", "TEMPLATE"}}, .single = true});
  printer.Row({{"template", *text}});
  printer.Finish();
  return ExitCode::kDone;
}

}  // namespace

std::vector<Column> RecordApi::Columns() {
  return {{"name", "NAME"},
          {"kind", "KIND"},
          {"state", "STATE"},
          {"occur_date", "DAY"},
          {"relationship", "RELATIONSHIP", Column::Kind::kId},
          {"update_time", "UPDATED", Column::Kind::kTime}};
}

std::vector<Column> RecordApi::DetailsOf(const Resource& record) {
  std::vector<Column> columns;
  for (const Column& column : AllColumns(*Resource::descriptor())) {
    const auto* field = Resource::descriptor()->FindFieldByName(column.field);
    if (field->containing_oneof() == nullptr) {
      columns.push_back(column);
    } else if (record.GetReflection()->HasField(record, field)) {
      for (const Column& within : AllColumns(*field->message_type())) {
        const std::string path = column.field + "." + within.field;
        columns.push_back({path, path, within.kind});
      }
    }
  }
  return columns;
}

void AddRecordName(Command command, std::string& record, std::string& council) {
  command.Required("record", record,
                   "its UUID, key:KEY with the record_key of an import, or "
                   "councils/COUNCIL/records/UUID");
  command.Option("--council", council, "council of the record, with a UUID or key alone");
}

Result<std::string> RecordName(const std::string& typed, const std::string& council) {
  constexpr std::string_view kKey = "key:";  // Behind it may be a slash.
  const bool is_whole = !typed.starts_with(kKey) && typed.find('/') != std::string::npos;
  if (!is_whole && council.empty()) {
    return Error{.code = Code::kInvalidArgument,
                 .message = fmt::format("whose record is {}? Name the council with --council, or "
                                        "write councils/COUNCIL/records/{}",
                                        typed, typed),
                 .reason = "COUNCIL_MISSING",
                 .metadata = {{"record", typed}}};
  }
  const std::string name =
      is_whole ? typed : fmt::format("{}/records/{}", CouncilName(council), typed);
  constexpr std::string_view kRecords = "/records/";
  const std::size_t records = name.find(kRecords);
  if (records == std::string::npos) return name;
  const std::string word = name.substr(records + kRecords.size());
  if (!word.starts_with(kKey)) return name;
  const std::string parent = name.substr(0, records);
  const std::string council_id = parent.substr(parent.rfind('/') + 1);
  return fmt::format("{}/records/{}", parent, RecordIdOf(council_id, word.substr(kKey.size())));
}

void AddRecordReads(Command group) {
  auto flags = std::make_shared<RecordReadFlags>();
  Command list =
      group.Add("list", "records of one council, or of all; without their texts",
                "twinledger engagement list --council wellington-city\n"
                "twinledger engagement list --filter 'kind = GIFT AND state = SUBMITTED'");
  list.Option("--council", flags->council, "council [all]");
  AddListFlags(list, flags->read, "kind = GIFT AND state = SUBMITTED");
  list.OnRun([flags](Session& session) {
    RecordApi::ListRequest request;
    request.set_parent(CouncilName(flags->council.empty() ? "-" : flags->council));
    return List<RecordApi>(session, std::move(request), flags->read);
  });

  Command get = group.Add("get", "one record, with its texts",
                          "twinledger engagement get UUID --council wellington-city\n"
                          "twinledger engagement get key:gift-0001 --council wellington-city");
  AddRecordName(get, flags->record, flags->council);
  AddAsOf(get, flags->read);
  get.OnRun([flags](Session& session) {
    const Result<std::string> name = RecordName(flags->record, flags->council);
    if (!name) return session.Fail(name.error());
    return Get<RecordApi>(session, *name, flags->read);
  });

  Command history = group.Add("history", "every version of one record, with what changed",
                              "twinledger engagement history UUID --council wellington-city");
  AddRecordName(history, flags->record, flags->council);
  AddAsOf(history, flags->read);
  history.OnRun([flags](Session& session) {
    const Result<std::string> name = RecordName(flags->record, flags->council);
    if (!name) return session.Fail(name.error());
    return History<RecordApi>(session, *name, flags->read);
  });

  auto kind = std::make_shared<std::string>();
  Command blank = group.Add("template", "a file to fill in, for one kind of record",
                            "twinledger engagement template gift > gift.txt");
  blank.Required("kind", *kind, fmt::format("{}", fmt::join(RecordKinds(), ", ")));
  blank.OnRun([kind](Session& session) { return PrintTemplate(session, *kind); });
}

}  // namespace twinledger::client
