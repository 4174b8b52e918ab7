#include "twinledger/import/record_importer.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "twinledger/import/ids.h"
#include "twinledger/import/record_changes.h"
#include "twinledger/import/record_client.h"
#include "twinledger/import/record_stream.h"
#include "twinledger/import/sender.h"

namespace twinledger::client {
namespace {

using engagement::v1::Record;

constexpr std::size_t kWindowRecords = 1024;

// One import: the connection, and what it has learnt on the way.
class RecordImport {
 public:
  RecordImport(Connection& connection, const Clock& clock, RecordFile& file, ImportReport& report,
               const ImportOptions& options, const ImportWatch& watch)
      : connection_(connection),
        clock_(clock),
        file_(file),
        report_(report),
        options_(options),
        unmoved_([this, &watch](std::size_t, std::size_t) { return watch.sending(done_, total_); }),
        sender_(report, watch.sending),
        reader_(report, unmoved_),
        stream_(connection) {}

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

  // What is to be sent of a row, and what it comes to once it is recorded.
  struct Write {
    engagement::v1::ImportRecordsRequest request;
    RowOutcome outcome = RowOutcome::kNotSent;
    bool looked_up = false;  // What was recorded before is known of this record, not of a list.
  };
  using Planned = std::variant<RowOutcome, Write>;

  void Send(std::vector<RecordRow>& window) {
    const std::map<std::string, Error> refused_donors = RegisterDonors(window);
    ListRecorded(window);
    std::vector<std::optional<Write>> writes(window.size());
    std::vector<RowResult> results = reader_.Run(
        window.size(),
        [&](std::size_t i) -> Result<RowOutcome> {
          for (const KeyedPrincipal& donor : window[i].donors) {
            const auto refused = refused_donors.find(donor.principal_id);
            if (refused != refused_donors.end()) return refused->second;
          }
          TL_TRY(Planned planned, Plan(window[i], false));
          if (const auto* outcome = std::get_if<RowOutcome>(&planned)) return *outcome;
          writes[i] = std::get<Write>(std::move(planned));
          return RowOutcome::kNotSent;
        },
        done_, total_);
    if (!report_.stopped) SendWrites(window, writes, results);
    done_ += window.size();
    report_.not_sent -= window.size();
    for (std::size_t i = 0; i < window.size(); ++i) {
      Count(results[i].outcome, report_);
      if (results[i].error) TellRefusal(window[i], *results[i].error);
    }
    window.clear();
  }

  // As far as the stream has told.
  static RowOutcome OutcomeOf(const SentRow& sent, const Write& write) {
    if (sent.answer && sent.answer->ok()) return write.outcome;
    if (!sent.sent || (sent.answer && !MayBeRecorded(sent.answer->error()))) {
      return RowOutcome::kNotSent;
    }
    return RowOutcome::kUnknown;
  }

  // By a stream for each council, and what has no good answer there by calls of their own: they
  // wait, repeat and tell of the error.
  void SendWrites(const std::vector<RecordRow>& window, std::vector<std::optional<Write>>& writes,
                  std::vector<RowResult>& results) {
    std::map<std::string, std::vector<std::size_t>> by_council;
    for (std::size_t i = 0; i < window.size(); ++i) {
      if (writes[i]) by_council["councils/" + window[i].council_id].push_back(i);
    }
    std::size_t before = window.size();
    for (const auto& [council, places] : by_council) before -= places.size();
    std::vector<SentRow> sent(window.size());
    for (const auto& [council, places] : by_council) {
      if (report_.stopped) break;
      std::vector<RecordStream::Row> rows;
      for (const std::size_t place : places) rows.push_back(std::move(writes[place]->request));
      std::vector<SentRow> told = stream_.Send(council, rows, [&](std::size_t answered) {
        return sender_.GoesOn(done_ + before + answered, total_);
      });
      before += places.size();
      for (std::size_t i = 0; i < places.size(); ++i) {
        writes[places[i]]->request = std::move(rows[i]);
        sent[places[i]] = std::move(told[i]);
      }
    }
    std::vector<std::size_t> alone;
    for (std::size_t i = 0; i < window.size(); ++i) {
      if (!writes[i]) continue;
      results[i] = {OutcomeOf(sent[i], *writes[i]), std::nullopt};
      if (!sent[i].answer || !sent[i].answer->ok()) alone.push_back(i);
    }
    if (alone.empty()) return;
    const std::size_t others = done_ + window.size() - alone.size();
    std::vector<RowResult> rest = sender_.Run(
        alone.size(),
        [&](std::size_t i) {
          return SendOne(window[alone[i]], *writes[alone[i]], sent[alone[i]].answer);
        },
        others, total_);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      // What was sent by the stream, and then not even tried, may be recorded all the same.
      if (rest[i].outcome == RowOutcome::kNotSent && !rest[i].error) continue;
      results[alone[i]] = std::move(rest[i]);
    }
  }

  // Whose records are not there need not be read one by one, where a list of all that the council
  // has costs less.
  void ListRecorded(const std::vector<RecordRow>& window) {
    constexpr std::size_t kReadsAPage = 50;  // What a page of a thousand costs.
    constexpr std::size_t kPagesMax = 200;
    for (const RecordRow& row : window) {
      if (report_.stopped || recorded_.contains(row.council_id)) continue;
      std::optional<RecordIds>& ids = recorded_[row.council_id];
      const std::size_t pages_max = std::min(total_ / kReadsAPage, kPagesMax);
      auto listed = ListRecordIds(connection_, "councils/" + row.council_id, pages_max);
      if (listed) ids = *std::move(listed);  // Else each row says why.
    }
  }

  void TellRefusal(const RecordRow& row, const Error& error) {
    if (const auto donor = error.metadata.find("donor"); donor != error.metadata.end()) {
      return AddProblem({row.row, "donor_key", donor->second, error.message}, report_);
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
      const RowOutcome outcome = results[i].outcome;
      if (outcome == RowOutcome::kAccepted) ++report_.principals_registered;
      if (outcome == RowOutcome::kAccepted || outcome == RowOutcome::kUnchanged) {
        registered_.insert(todo[i]->principal_id);
      }
      if (results[i].error) {
        Error error = *results[i].error;
        error.metadata["donor"] = todo[i]->key;
        refused.emplace(todo[i]->principal_id, std::move(error));
      }
    }
    return refused;
  }

  Result<RowOutcome> RegisterDonor(const KeyedPrincipal& donor) {
    const std::string& name = donor.principal.name();
    TL_TRY(const auto found, FindPrincipalNow(connection_, name));
    if (found && IsAnother(*found, donor.principal)) return OtherDonor(*found);
    if (found) return RowOutcome::kUnchanged;
    if (donor.principal.display_name().empty()) return UnknownDonor(donor);
    const ImportWrite write{RequestIdOf(name, donor.principal.SerializeAsString(), "create"),
                            options_.validate_only};
    TL_TRY_VOID(CreatePrincipal(connection_, write, donor.principal_id, donor.principal));
    return RowOutcome::kAccepted;
  }

  // Whether an earlier file gave the key to somebody else. A name that was corrected since then may
  // be that of before in the file.
  static bool IsAnother(const registry::v1::Principal& registered,
                        const registry::v1::Principal& named) {
    if (named.display_name().empty() || !registered.survivor().empty()) return false;
    if (named.kind() != registered.kind()) return true;
    const bool is_as_registered = registered.create_time().SerializeAsString() ==
                                  registered.update_time().SerializeAsString();
    return is_as_registered && !registered.display_name().empty() &&
           named.display_name() != registered.display_name();
  }

  static Error OtherDonor(const registry::v1::Principal& registered) {
    return Error{
        .code = Code::kFailedPrecondition,
        .message = fmt::format("another file gave this donor_key another name or kind: say "
                               "the same, give another key, or correct the name of {}",
                               registered.name()),
        .reason = "DONOR_DIFFERS"};
  }

  // Who names it stands in no row that is good.
  Error UnknownDonor(const KeyedPrincipal& donor) const {
    const std::optional<std::uint64_t> named = file_.RowNaming(donor.principal_id);
    return Error{
        .code = Code::kFailedPrecondition,
        .message = named
                       ? fmt::format("row {}, which says who that is, is wrong: correct it", *named)
                       : "nobody is registered by this donor_key: give donor_kind and "
                         "donor_name in its first row",
        .reason = "DONOR_UNKNOWN"};
  }

  // Sends a row alone that has no good answer yet; `told` is the stream's.
  Result<RowOutcome> SendOne(const RecordRow& row, const Write& write,
                             const std::optional<Result<void>>& told) {
    const bool exists = told && !told->ok() && told->error().reason == "RECORD_EXISTS";
    if (exists && !write.looked_up) {  // Since the list was read.
      TL_TRY(const Planned planned, Plan(row, true));
      if (const auto* outcome = std::get_if<RowOutcome>(&planned)) return *outcome;
      const Write& anew = std::get<Write>(planned);
      return OutcomeOf(row, anew, SendAlone(connection_, anew.request));
    }
    return OutcomeOf(row, write, told ? *told : SendAlone(connection_, write.request));
  }

  // Whether the council's records are known, and this is none of them.
  bool IsKnownToBeNew(const RecordRow& row) const {
    const auto council = recorded_.find(row.council_id);
    return council != recorded_.end() && council->second &&
           !council->second->contains(row.record_id);
  }

  Result<Planned> Plan(const RecordRow& row, bool look_up) const {
    const std::string& name = row.record.name();
    std::optional<Record> recorded;
    const bool looked_up = look_up || !IsKnownToBeNew(row);
    if (looked_up) {
      TL_TRY(recorded, FindRecordNow(connection_, name));
    }
    const std::string content = row.record.SerializeAsString();
    if (!recorded) {
      TL_TRY(const std::string journey, JourneyOf(row));
      const ImportWrite write{RequestIdOf(name, content, "create|" + Day() + journey),
                              options_.validate_only};
      return Planned(Write{SubmitRow(write, row.council_id, row.record_id, row.record),
                           RowOutcome::kAccepted, looked_up});
    }
    TL_TRY(std::vector<std::string> paths, MayDiffer(*recorded, row.record, row.paths));
    if (paths.empty()) return Planned(RowOutcome::kUnchanged);
    TL_TRY(const auto versions, ListRecordVersions(connection_, name));
    TL_TRY(paths, Mergeable(versions, row.record, std::move(paths)));
    if (paths.empty()) return Planned(RowOutcome::kUnchanged);
    TL_TRY(const std::string journey, JourneyOf(row));
    const ImportWrite write{RequestIdOf(name, content,
                                        fmt::format("{}|{}|{}{}", recorded->etag(),
                                                    fmt::join(paths, ","), Day(), journey)),
                            options_.validate_only};
    const std::string reason = fmt::format("{}{} changed", kImportReason, fmt::join(paths, ", "));
    return Planned(Write{AmendRow(write, row.record, recorded->etag(), paths, reason),
                         RowOutcome::kAmended, looked_up});
  }

  // The version of the journey that a device names: to have been refused for want of it is not the
  // answer once it has come.
  Result<std::string> JourneyOf(const RecordRow& row) const {
    if (row.travel_id.empty()) return std::string();
    TL_TRY(const std::optional<Record> journey,
           FindRecordNow(connection_,
                         fmt::format("councils/{}/records/{}", row.council_id, row.travel_id)));
    return "|" + (journey ? journey->etag() : "none");
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

  // Of a row that was sent. What is missing only since nothing is recorded is no fault of the row.
  Result<RowOutcome> OutcomeOf(const RecordRow& row, const Write& write,
                               const Result<void>& sent) const {
    if (sent.ok()) return write.outcome;
    const std::string& reason = sent.error().reason;
    const bool comes_first = (reason == "TRAVEL_NOT_FOUND" && file_.HasTravel(row.travel_id)) ||
                             (reason == "PRINCIPAL_NOT_FOUND" && IsDonor(row, sent.error()));
    if (options_.validate_only && comes_first) return write.outcome;
    return sent.error();
  }

  std::string Day() const { return DayForBase(clock_.Now()); }

  Connection& connection_;
  const Clock& clock_;
  RecordFile& file_;
  ImportReport& report_;
  const ImportOptions& options_;
  const ImportTick unmoved_;  // What is read is not done yet.
  Sender sender_;
  Sender reader_;
  RecordStream stream_;
  std::map<std::string, std::optional<RecordIds>> recorded_;  // By council, where that was listed.
  absl::flat_hash_set<std::string> registered_;               // Donors that are there.
  std::uint64_t later_ = 0;                                   // Devices whose journey goes first.
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

}  // namespace

Result<ImportReport> ImportRecords(Connection& connection, const Clock& clock, RecordFile& file,
                                   CheckedRecords checked, const ImportOptions& options,
                                   const ImportWatch& watch) {
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
    TL_TRY(checked, CheckRecords(file, options, &councils));
    if (checked.report.held_back && !options.validate_only) return std::move(checked.report);
  }
  ImportReport report = std::move(checked.report);
  TL_TRY_VOID(RecordImport(connection, clock, file, report, options, watch).Run(councils));
  std::ranges::stable_sort(report.problems, {}, &CellProblem::row);
  const bool whole = report.unknown == 0 && report.not_sent == 0;
  if (whole && report.stopped && report.stopped->code == Code::kCancelled) report.stopped.reset();
  return report;
}

}  // namespace twinledger::client
