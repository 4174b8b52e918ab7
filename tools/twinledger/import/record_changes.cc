#include "twinledger/import/record_changes.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <utility>

#include "platform/fields/field_paths.h"

namespace twinledger::client {
namespace {

using engagement::v1::Record;
using google::protobuf::Message;

// What has a field of a path, and its name there: the record, or its content of "gift.value".
std::pair<const Message*, std::string> FieldAt(const Record& record, const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return {&record, path};
  const auto* content = Record::descriptor()->FindFieldByName(path.substr(0, dot));
  return {&record.GetReflection()->GetMessage(record, content), path.substr(dot + 1)};
}

// Those of the paths whose fields differ. Both records are of one kind.
std::vector<std::string> Differing(const Record& recorded, const Record& wanted,
                                   std::vector<std::string> paths) {
  std::erase_if(paths, [&](const std::string& path) {
    const auto [message, field] = FieldAt(recorded, path);
    return fields::Equal(*message, *FieldAt(wanted, path).first, field);
  });
  return paths;
}

Error OtherKind(const Record& recorded) {
  if (recorded.content_case() == Record::CONTENT_NOT_SET) {
    return Error{.code = Code::kFailedPrecondition,
                 .message =
                     "the record of this key is of a kind that this client does not know: give "
                     "another key, or update the client",
                 .reason = "OTHER_KIND"};
  }
  return Error{.code = Code::kFailedPrecondition,
               .message = fmt::format(
                   "the record of this key is a {}, and stays so: give another key, or correct the "
                   "kind",
                   Record::descriptor()->FindFieldByNumber(recorded.content_case())->name()),
               .reason = "OTHER_KIND"};
}

Error Retracted() {
  return Error{.code = Code::kFailedPrecondition,
               .message =
                   "the record of this key was retracted: take the row out, or "
                   "give it another key if it did happen",
               .reason = "RETRACTED"};
}

// A field that was amended by hand since an import last wrote it.
struct AmendedField {
  std::optional<std::string> imported;  // What the import had left.
  std::string who;
};

// Versions are the newest first.
std::map<std::string, AmendedField> AmendedByHand(
    const std::vector<registry::v1::Version>& versions) {
  std::map<std::string, AmendedField> amended;
  for (const registry::v1::Version& version : versions) {
    const bool imported =
        version.reason().starts_with(kImportReason) || version.method().ends_with("/SubmitRecord");
    if (imported) break;
    for (const registry::v1::FieldChange& change : version.changes()) {
      AmendedField& field = amended[change.path()];
      field.imported.reset();
      if (change.has_before()) field.imported = change.before();
      if (!field.who.empty()) continue;
      const std::time_t at = version.record_time().seconds();
      field.who = fmt::format("{} on {:%Y-%m-%d}", version.actor(), fmt::gmtime(at));
    }
  }
  return amended;
}

}  // namespace

Result<std::vector<std::string>> MayDiffer(const Record& recorded, const Record& wanted,
                                           const std::vector<std::string>& all) {
  if (recorded.content_case() != wanted.content_case()) return OtherKind(recorded);
  std::vector<std::string> paths = Differing(recorded, wanted, all);
  std::erase_if(paths, [&](const std::string& path) {  // Nobody can say whether it differs.
    return std::ranges::any_of(recorded.unopened_fields(), [&](const std::string& unopened) {
      return unopened.starts_with(path);
    });
  });
  if (recorded.state() == engagement::v1::RECORD_STATE_RETRACTED ||
      recorded.state() == engagement::v1::RECORD_STATE_RETRACTION_PENDING) {
    return Retracted();
  }
  return paths;
}

Result<std::vector<std::string>> Mergeable(const std::vector<registry::v1::Version>& versions,
                                           const Record& wanted, std::vector<std::string> paths) {
  const std::map<std::string, AmendedField> amended = AmendedByHand(versions);
  Error error{.code = Code::kFailedPrecondition,
              .message = "amended by hand since it was imported",
              .reason = "AMENDED_BY_HAND"};
  std::erase_if(paths, [&](const std::string& path) {
    const auto found = amended.find(path);
    if (found == amended.end()) return false;
    const auto [message, field] = FieldAt(wanted, path);
    if (fields::Show(*message, field) == found->second.imported) return true;
    error.violations.push_back(
        {"record." + path,
         fmt::format("was amended by {}, and stays so: write what is recorded into the file, or "
                     "amend the record by hand",
                     found->second.who)});
    return false;
  });
  if (!error.violations.empty()) return error;
  return paths;
}

}  // namespace twinledger::client
