#include "twinledger/import/record_importer.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "platform/fields/field_paths.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/record_client.h"
#include "twinledger/import/sender.h"

namespace twinledger::client {
namespace {

using engagement::v1::Record;
using google::protobuf::Message;

constexpr std::size_t kWindowRecords = 1024;

// How long a service may take to hear of what the registry has.
constexpr std::chrono::seconds kHearingWait{30};
constexpr std::chrono::milliseconds kHearingPause{200};

// Begins the reason of each amendment that an import makes, so that the next one knows its own.
constexpr std::string_view kImportReason = "import: ";

// Beyond these, problems are counted and not kept.
constexpr std::size_t kProblemsMax = 100'000;

void AddProblem(CellProblem problem, ImportReport& report) {
  if (report.problems.size() < kProblemsMax) {
    report.problems.push_back(std::move(problem));
  } else {
    ++report.problems_left_out;
  }
}

std::string Today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

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
  return Error{.code = Code::kFailedPrecondition,
               .message = fmt::format(
                   "the record of this key is a {}, and stays so: give another key, or correct the "
                   "kind",
                   Record::descriptor()->FindFieldByNumber(recorded.content_case())->name()),
               .reason = "OTHER_KIND"};
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

// What a file changes of a record that others may have amended: a field that the file leaves as it
// was imported stays as it was amended, one that both have changed is for a person to decide.
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

// One import: the connection, and what it has learnt on the way.
class RecordImport {
 public:
  RecordImport(Connection& connection, RecordFile& file, ImportReport& report,
               const ImportOptions& options, const ImportWatch& watch)
      : connection_(connection),
        file_(file),
        report_(report),
        options_(options),
        sender_(report, watch.sending) {}

  // Sends the records that are good, those of devices with a journey apart.
  Result<void> Run(const std::set<std::string>& councils) {
    total_ = report_.not_sent;
    TL_TRY_VOID(Pass(councils, false));
    if (later_ > 0 && !report_.stopped) TL_TRY_VOID(Pass(councils, true));
    return {};
  }

 private:
  Result<void> Pass(const std::set<std::string>& councils, bool later) {
    TL_TRY_VOID(file_.Rewind());
    std::vector<RecordRow> window;
    while (!report_.stopped) {
      TL_TRY(auto read, file_.Next());
      if (read) {
        const bool good = read->row && read->problems.empty() &&
                          councils.contains("councils/" + read->row->council_id);
        if (!good || IsLeftOut(*read->row, later)) continue;
        const bool waits = !read->row->travel_id.empty();
        if (waits && !later) ++later_;
        if (waits == later) window.push_back(*std::move(read->row));
      }
      if (window.size() == kWindowRecords || (!read && !window.empty())) Send(window);
      if (!read) break;
    }
    return {};
  }

  // The first of the rows of a key, whose others stand further below; told in the first pass.
  bool IsLeftOut(const RecordRow& row, bool later) {
    if (!file_.ComesAgain(row.record_id)) return false;
    if (later) return true;
    --report_.not_sent;
    --total_;
    ++report_.refused;
    AddProblem({row.row, "record_key", row.record_key,
                "rows further below have the same key: keep one of them; the rows of one record "
                "stand directly below each other"},
               report_);
    return true;
  }

  void Send(std::vector<RecordRow>& window) {
    std::map<std::string, Error> refused_donors = RegisterDonors(window);
    std::vector<RowResult> results(window.size());
    if (!report_.stopped) {
      results = sender_.Run(
          window.size(),
          [&](std::size_t i) -> Result<RowOutcome> {
            for (const KeyedPrincipal& donor : window[i].donors) {
              const auto refused = refused_donors.find(donor.principal_id);
              if (refused != refused_donors.end()) return refused->second;
            }
            return SendOne(window[i]);
          },
          done_, total_);
    }
    done_ += window.size();
    report_.not_sent -= window.size();
    for (std::size_t i = 0; i < window.size(); ++i) {
      Count(results[i].outcome, report_);
      if (results[i].error) TellRefusal(window[i], *results[i].error);
    }
    window.clear();
  }

  void TellRefusal(const RecordRow& row, const Error& error) {
    if (error.reason == kDonorUnknown || error.metadata.contains("donor")) {
      const std::string column = error.reason == kDonorUnknown ? "donor_name" : "donor_key";
      return AddProblem({row.row, column, error.metadata.at("donor"), error.message}, report_);
    }
    if (error.violations.empty()) {
      return AddProblem(BlameRecordReason(file_.layout(), row, error), report_);
    }
    for (const FieldViolation& violation : error.violations) {
      AddProblem(BlameRecordCell(file_.layout(), row, violation.field, violation.description),
                 report_);
    }
  }

  // Registers whom the rows name and nobody has; answers with why those could not be.
  std::map<std::string, Error> RegisterDonors(const std::vector<RecordRow>& rows) {
    std::map<std::string, const KeyedPrincipal*> missing;
    for (const RecordRow& row : rows) {
      for (const KeyedPrincipal& donor : row.donors) {
        if (registered_.contains(donor.principal_id)) continue;
        const KeyedPrincipal*& kept = missing[donor.principal_id];
        if (kept == nullptr || kept->principal.display_name().empty()) kept = &donor;
      }
    }
    std::vector<const KeyedPrincipal*> todo;
    for (const auto& [id, donor] : missing) todo.push_back(donor);
    const std::vector<RowResult> results = sender_.Run(
        todo.size(), [&](std::size_t i) { return RegisterDonor(*todo[i]); }, done_, total_);
    std::map<std::string, Error> refused;
    for (std::size_t i = 0; i < todo.size(); ++i) {
      if (results[i].outcome == RowOutcome::kAccepted) ++report_.principals_registered;
      if (results[i].error) {
        Error error = *results[i].error;
        error.metadata["donor"] = todo[i]->key;
        refused.emplace(todo[i]->principal_id, std::move(error));
      } else {
        registered_.insert(todo[i]->principal_id);
      }
    }
    return refused;
  }

  Result<RowOutcome> RegisterDonor(const KeyedPrincipal& donor) {
    const std::string& name = donor.principal.name();
    TL_TRY(const auto found, FindPrincipalNow(connection_, name));
    if (found) return RowOutcome::kUnchanged;
    if (donor.principal.display_name().empty()) {
      return Error{.code = Code::kFailedPrecondition,
                   .message =
                       "nobody is registered by this donor_key: give donor_kind and "
                       "donor_name in its first row",
                   .reason = kDonorUnknown};
    }
    const ImportWrite write{RequestIdOf(name, donor.principal.SerializeAsString(), "create"),
                            options_.validate_only};
    TL_TRY_VOID(CreatePrincipal(connection_, write, donor.principal_id, donor.principal));
    return RowOutcome::kAccepted;
  }

  Result<RowOutcome> SendOne(const RecordRow& row) {
    const std::string& name = row.record.name();
    TL_TRY(const std::optional<Record> recorded, FindRecordNow(connection_, name));
    const std::string content = row.record.SerializeAsString();
    TL_TRY(const std::string journey, JourneyOf(row));
    if (!recorded) {
      const ImportWrite write{RequestIdOf(name, content, "create|" + Today() + journey),
                              options_.validate_only};
      return Heard(row, RowOutcome::kAccepted, [&] {
        return SubmitRecord(connection_, write, row.council_id, row.record_id, row.record);
      });
    }
    if (recorded->content_case() != row.record.content_case()) return OtherKind(*recorded);
    std::vector<std::string> paths = Differing(*recorded, row.record, row.paths);
    std::erase_if(paths, [&](const std::string& path) {  // Nobody can say whether it differs.
      return std::ranges::any_of(recorded->unopened_fields(), [&](const std::string& unopened) {
        return unopened.starts_with(path);
      });
    });
    if (recorded->state() == engagement::v1::RECORD_STATE_RETRACTED ||
        recorded->state() == engagement::v1::RECORD_STATE_RETRACTION_PENDING) {
      return Retracted();
    }
    if (paths.empty()) return RowOutcome::kUnchanged;
    TL_TRY(const auto versions, ListRecordVersions(connection_, name));
    TL_TRY(paths, Mergeable(versions, row.record, std::move(paths)));
    if (paths.empty()) return RowOutcome::kUnchanged;
    const ImportWrite write{RequestIdOf(name, content,
                                        fmt::format("{}|{}|{}{}", recorded->etag(),
                                                    fmt::join(paths, ","), Today(), journey)),
                            options_.validate_only};
    const std::string reason = fmt::format("{}{} changed", kImportReason, fmt::join(paths, ", "));
    return Heard(row, RowOutcome::kAmended, [&] {
      return AmendRecord(connection_, write, row.record, recorded->etag(), paths, reason);
    });
  }

  // The version of the journey that a device names: to have been refused for want of it is not the
  // answer once it has come.
  Result<std::string> JourneyOf(const RecordRow& row) {
    if (row.travel_id.empty()) return std::string();
    TL_TRY(const std::optional<Record> journey,
           FindRecordNow(connection_,
                         fmt::format("councils/{}/records/{}", row.council_id, row.travel_id)));
    return "|" + (journey ? journey->etag() : "none");
  }

  static Error Retracted() {
    return Error{.code = Code::kFailedPrecondition,
                 .message =
                     "the record of this key was retracted: take the row out, or "
                     "give it another key if it did happen",
                 .reason = "RETRACTED"};
  }

  // The handle that is not known.
  static std::string ValueIn(const Error& error) {
    const auto value = error.metadata.find("value");
    return value == error.metadata.end() ? "" : value->second;
  }

  // Whether the handle that is not known is of one whom the file registers.
  bool IsDonor(const RecordRow& row, const Error& error) const {
    const std::string id = ValueIn(error);
    return registered_.contains(id) ||
           std::ranges::find(row.donors, id, &KeyedPrincipal::principal_id) != row.donors.end();
  }

  // Sends until the service has heard of what the registry has already: a council or a relationship
  // that was recorded a moment ago.
  template <class Write>
  Result<RowOutcome> Heard(const RecordRow& row, RowOutcome outcome, const Write& write) {
    const auto until = std::chrono::steady_clock::now() + kHearingWait;
    while (true) {
      const Result<void> sent = write();
      if (sent.ok()) return outcome;
      const std::string& reason = sent.error().reason;
      if (reason == "TRAVEL_NOT_FOUND" && options_.validate_only &&
          file_.HasTravel(row.travel_id)) {
        return outcome;  // It was only checked, not recorded; the import sends it first.
      }
      if (reason == "PRINCIPAL_NOT_FOUND" && options_.validate_only && IsDonor(row, sent.error())) {
        return outcome;  // Likewise.
      }
      bool there = reason == "COUNCIL_NOT_FOUND";
      if (reason == "RELATIONSHIP_NOT_FOUND") {
        TL_TRY(there, HasRelationshipNow(connection_, row.record.relationship()));
      }
      if (reason == "PRINCIPAL_NOT_FOUND") {
        TL_TRY(const auto found,
               FindPrincipalNow(connection_, "principals/" + ValueIn(sent.error())));
        there = found.has_value();
      }
      if (!there || std::chrono::steady_clock::now() > until) return sent.error();
      std::this_thread::sleep_for(kHearingPause);
    }
  }

  static constexpr const char* kDonorUnknown = "DONOR_UNKNOWN";

  Connection& connection_;
  RecordFile& file_;
  ImportReport& report_;
  const ImportOptions& options_;
  Sender sender_;
  absl::flat_hash_set<std::string> registered_;  // Donors that are there.
  std::uint64_t later_ = 0;                      // Devices whose journey goes first.
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

// Goes through the file. Of a council that is not among `registered`, where those are given, a
// record is refused.
Result<CheckedRecords> Check(RecordFile& file, const ImportOptions& options,
                             const std::set<std::string>* registered) {
  CheckedRecords checked;
  ImportReport& report = checked.report;
  report.validate_only = options.validate_only;
  TL_TRY_VOID(file.Rewind());
  while (true) {
    TL_TRY(auto read, file.Next());
    if (!read) break;
    ++report.read;
    if (read->problems.empty()) {
      const std::string council = "councils/" + read->row->council_id;
      if (registered == nullptr || registered->contains(council)) {
        checked.councils.insert(council);
        ++report.not_sent;
        continue;
      }
      read->problems.push_back(
          {read->line, "council_id", read->row->council_id,
           "no such council is registered, or it is not yours: check the spelling, or import the "
           "councils first"});
    }
    ++report.refused;
    for (CellProblem& problem : read->problems) AddProblem(std::move(problem), report);
  }
  report.held_back = report.refused > 0 && !options.skip_invalid;
  return checked;
}

}  // namespace

Result<CheckedRecords> CheckRecords(RecordFile& file, const ImportOptions& options) {
  return Check(file, options, nullptr);
}

Result<ImportReport> ImportRecords(Connection& connection, RecordFile& file, CheckedRecords checked,
                                   const ImportOptions& options, const ImportWatch& watch) {
  RegisterReader reader(connection, watch.reading);
  const Result<Records<registry::v1::Council>> read = reader.Councils();
  if (!read && read.error().code == Code::kCancelled) {
    checked.report.stopped = read.error();
    return std::move(checked.report);
  }
  if (!read) return read.error();
  std::set<std::string> councils;
  for (const auto& [name, council] : *read) councils.insert(name);
  if (!std::ranges::includes(councils, checked.councils)) {
    TL_TRY(checked, Check(file, options, &councils));
    if (checked.report.held_back && !options.validate_only) return std::move(checked.report);
  }
  ImportReport report = std::move(checked.report);
  TL_TRY_VOID(RecordImport(connection, file, report, options, watch).Run(councils));
  std::ranges::stable_sort(report.problems, {}, &CellProblem::row);
  const bool whole = report.unknown == 0 && report.not_sent == 0;
  if (whole && report.stopped && report.stopped->code == Code::kCancelled) report.stopped.reset();
  return report;
}

}  // namespace twinledger::client
