#include "twinledger/import/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "twinledger/import/compare.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/recorded.h"
#include "twinledger/import/register_client.h"
#include "twinledger/import/sender.h"

namespace twinledger::client {
namespace {

namespace v1 = registry::v1;

ImportReport ReportOf(std::uint64_t read, std::uint64_t bad,
                      const std::vector<CellProblem>& problems, const ImportOptions& options) {
  ImportReport report;
  report.read = read;
  report.refused = bad;
  report.problems = problems;
  report.validate_only = options.validate_only;
  return report;
}

// Whether rows that are wrong keep the others from being sent. What is only validated is sent all
// the same: the server may find more.
bool HeldBack(ImportReport& report, std::size_t good, const ImportOptions& options) {
  if (report.refused == 0 || options.skip_invalid) return false;
  report.held_back = true;
  if (options.validate_only) return false;
  report.not_sent = good;
  return true;
}

// Whether the user stopped what reads before anything is sent.
template <class Read>
bool WasInterrupted(const Result<Read>& read, std::size_t rows, ImportReport& report) {
  if (read.ok() || read.error().code != Code::kCancelled) return false;
  report.stopped = read.error();
  report.not_sent = rows;
  return true;
}

// The server's words about a row, by the columns that they are about.
template <class Row>
void AddProblems(const Row& row, const Error& error, std::vector<CellProblem>& problems) {
  if (error.violations.empty()) {
    const BlamedCell cell =
        CellOfReason(row, error.reason).value_or(BlamedCell{"(row)", error.reason});
    problems.push_back({row.row, cell.column, cell.value, error.message});
  }
  for (const FieldViolation& violation : error.violations) {
    const BlamedCell cell =
        CellOfField(row, violation.field).value_or(BlamedCell{violation.field, ""});
    problems.push_back({row.row, cell.column, cell.value, violation.description});
  }
}

template <class Row>
void Settle(const std::vector<Row>& rows, const std::vector<RowResult>& results,
            ImportReport& report) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Count(results[i].outcome, report);
    if (results[i].error) AddProblems(rows[i], *results[i].error, report.problems);
  }
  std::ranges::stable_sort(report.problems, {}, &CellProblem::row);
  const bool whole = report.unknown == 0 && report.not_sent == 0;
  if (whole && report.stopped && report.stopped->code == Code::kCancelled) report.stopped.reset();
}

// Etags of what the rules look at beside the relationship itself: its council, and the council's
// relationships with the same partner.
std::string SurroundingsOf(const RelationshipRow& row, const Records<v1::Council>& councils,
                           const std::multimap<std::string, std::string>& etags_by_pair) {
  std::string surroundings = councils.at("councils/" + row.council_id).etag();
  std::vector<std::string> etags;
  const auto [first, last] = etags_by_pair.equal_range(row.council_id + "|" + row.partner.name());
  for (auto it = first; it != last; ++it) etags.push_back(it->second);
  std::ranges::sort(etags);
  for (const std::string& etag : etags) surroundings += "|" + etag;
  return surroundings;
}

std::multimap<std::string, std::string> EtagsByPair(const Records<v1::Relationship>& recorded) {
  std::multimap<std::string, std::string> etags;
  for (const auto& [name, relationship] : recorded) {
    const std::string_view rest = std::string_view(name).substr(std::string("councils/").size());
    const std::string council(rest.substr(0, rest.find('/')));
    etags.emplace(council + "|" + relationship.partner(), relationship.etag());
  }
  return etags;
}

// What a write depends on: the paths that an amendment names are of the request.
std::string BaseOf(const std::string& etag, const std::vector<std::string>& paths,
                   const std::string& day) {
  return fmt::format("{}|{}|{}", etag, fmt::join(paths, ","), day);
}

Result<RowOutcome> SendCouncil(Connection& connection, const std::string& day,
                               const CouncilRow& row, const Records<v1::Council>& recorded,
                               const std::vector<std::string>& paths, bool validate_only) {
  const std::string content = row.council.SerializeAsString();
  const auto found = recorded.find(row.council.name());
  if (found == recorded.end()) {
    const ImportWrite write{RequestIdOf(row.council.name(), content, BaseOf("create", {}, day)),
                            validate_only};
    TL_TRY_VOID(CreateCouncil(connection, write, row.council_id, row.council));
    return RowOutcome::kAccepted;
  }
  const std::vector<std::string> changed = ChangedPaths(found->second, row.council, paths);
  if (changed.empty()) return RowOutcome::kUnchanged;
  const std::string& etag = found->second.etag();
  const ImportWrite write{RequestIdOf(row.council.name(), content, BaseOf(etag, changed, day)),
                          validate_only};
  TL_TRY_VOID(AmendCouncil(connection, write, row.council, etag, changed));
  return RowOutcome::kAmended;
}

// Of rows that may stand in each other's way, at most one is open at a time.
using OpenPair = std::tuple<std::string, std::string, v1::RelationshipKind>;

OpenPair PairOf(const RelationshipRow& row) {
  return {row.council_id, row.partner_id, row.relationship.kind()};
}

// Places in `rows`, so that of rows of one pair the first one of the file is in the first round,
// the second in the second: the file's order decides, and not the network's.
std::vector<std::vector<std::size_t>> RoundsOf(const std::vector<RelationshipRow>& rows) {
  std::vector<std::vector<std::size_t>> rounds;
  std::map<OpenPair, std::size_t> earlier;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t round = earlier[PairOf(rows[i])]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(i);
  }
  return rounds;
}

// What is only validated, the server judges one by one: which row would have taken the place of
// another, this knows.
class Twins {
 public:
  explicit Twins(const Records<v1::Relationship>& recorded) : recorded_(recorded) {}

  void Accepted(const RelationshipRow& row) {
    if (IsNewAndOpen(row)) open_.emplace(PairOf(row), row.row);
  }

  // Why `row` would be refused once the accepted ones are recorded.
  std::optional<Error> Forbid(const RelationshipRow& row) const {
    const auto first = open_.find(PairOf(row));
    if (first == open_.end() || !IsNewAndOpen(row)) return std::nullopt;
    return Error{
        .code = Code::kAlreadyExists,
        .message = fmt::format("row {} of this file is an open relationship of the council "
                               "of this kind with this partner already: keep one of the "
                               "two, or say that one has ended",
                               first->second),
        .reason = "RELATIONSHIP_OPEN"};
  }

 private:
  bool IsNewAndOpen(const RelationshipRow& row) const {
    return row.relationship.status() != v1::RELATIONSHIP_STATUS_ENDED &&
           !recorded_.contains(row.relationship.name());
  }

  const Records<v1::Relationship>& recorded_;
  std::map<OpenPair, std::uint64_t> open_;  // With the row that is open.
};

// One import of relationships: the connection, what is recorded, and what has been learnt on the
// way.
//
//   check the rows whose partner nobody has -> register the partners of those that are not refused
//                                           -> send the rows, in rounds
class RelationshipImport {
 public:
  // All must outlive it.
  RelationshipImport(Connection& connection, const Clock& clock, const Recorded& recorded,
                     const std::vector<std::string>& paths, Sender& sender, ImportReport& report)
      : connection_(connection),
        clock_(clock),
        recorded_(recorded),
        paths_(paths),
        sender_(sender),
        report_(report),
        etags_by_pair_(EtagsByPair(recorded.relationships)),
        twins_(recorded.relationships) {}

  void Run(const std::vector<RelationshipRow>& rows) {
    if (!report_.validate_only) CheckPartners(rows);
    RegisterPartners(rows);
    if (report_.stopped) {
      report_.not_sent = rows.size();
      return;
    }
    Settle(rows, SendRounds(rows), report_);
  }

 private:
  bool HasPartner(const RelationshipRow& row) const {
    return recorded_.partners.contains(row.partner.name());
  }

  // Why rows that would bring a partner of their own would be refused: no partner is registered for
  // these.
  void CheckPartners(const std::vector<RelationshipRow>& rows) {
    std::vector<const RelationshipRow*> todo;
    for (const RelationshipRow& row : rows) {
      if (!HasPartner(row)) todo.push_back(&row);
    }
    const std::vector<RowResult> results = sender_.Run(
        todo.size(), [&](std::size_t i) { return WithoutPartner(*todo[i], Send(*todo[i], true)); });
    for (std::size_t i = 0; i < todo.size(); ++i) {
      if (results[i].error) refused_rows_.emplace(todo[i]->row, *results[i].error);
    }
  }

  // Those that the rows name and nobody has.
  void RegisterPartners(const std::vector<RelationshipRow>& rows) {
    std::map<std::string, const RelationshipRow*> missing;
    for (const RelationshipRow& row : rows) {
      if (!HasPartner(row) && !refused_rows_.contains(row.row)) {
        missing.emplace(row.partner_id, &row);
      }
    }
    std::vector<const RelationshipRow*> todo;
    for (const auto& [id, row] : missing) todo.push_back(row);
    const std::vector<RowResult> results =
        sender_.Run(todo.size(), [&](std::size_t i) { return RegisterPartner(*todo[i]); });
    for (std::size_t i = 0; i < todo.size(); ++i) {
      if (results[i].outcome == RowOutcome::kAccepted) ++report_.partners_registered;
      if (results[i].error) refused_partners_.emplace(todo[i]->partner_id, *results[i].error);
    }
  }

  Result<RowOutcome> RegisterPartner(const RelationshipRow& row) {
    const ImportWrite write{
        RequestIdOf(row.partner.name(), row.partner.SerializeAsString(), "create"),
        report_.validate_only};
    TL_TRY_VOID(CreatePartner(connection_, write, row.partner_id, row.partner));
    return RowOutcome::kAccepted;
  }

  // What was accepted in one round, those of the next one hear of.
  std::vector<RowResult> SendRounds(const std::vector<RelationshipRow>& rows) {
    std::vector<RowResult> results(rows.size());
    std::size_t done = 0;
    for (const std::vector<std::size_t>& round : RoundsOf(rows)) {
      const std::vector<RowResult> of_round = sender_.Run(
          round.size(), [&](std::size_t i) { return SendRow(rows[round[i]]); }, done, rows.size());
      for (std::size_t i = 0; i < round.size(); ++i) {
        results[round[i]] = of_round[i];
        if (of_round[i].outcome == RowOutcome::kAccepted) twins_.Accepted(rows[round[i]]);
      }
      done += round.size();
    }
    return results;
  }

  Result<RowOutcome> SendRow(const RelationshipRow& row) const {
    const auto refused = refused_rows_.find(row.row);
    if (refused != refused_rows_.end()) return refused->second;
    if (report_.validate_only) {
      if (const auto twin = twins_.Forbid(row)) return *twin;
    }
    const auto of_partner = refused_partners_.find(row.partner_id);
    if (of_partner != refused_partners_.end()) return of_partner->second;
    Result<RowOutcome> sent = Send(row, report_.validate_only);
    // Where its partner was only checked, not registered: the real import registers it first.
    return report_.validate_only && !HasPartner(row) ? WithoutPartner(row, sent) : sent;
  }

  // A row that was only checked, and what is said of one whose partner nobody has: the server says
  // so last, so it has no other objection.
  Result<RowOutcome> WithoutPartner(const RelationshipRow& row,
                                    const Result<RowOutcome>& checked) const {
    if (checked.ok() || checked.error().reason != "PARTNER_NOT_FOUND") return checked;
    const bool is_recorded = recorded_.relationships.contains(row.relationship.name());
    return is_recorded ? RowOutcome::kAmended : RowOutcome::kAccepted;
  }

  Result<RowOutcome> Send(const RelationshipRow& row, bool validate_only) const {
    const std::string day = DayForBase(clock_.Now());
    const std::string surroundings = SurroundingsOf(row, recorded_.councils, etags_by_pair_);
    const std::string content = row.relationship.SerializeAsString();
    const std::string& name = row.relationship.name();
    const auto found = recorded_.relationships.find(name);
    if (found == recorded_.relationships.end()) {
      const ImportWrite write{RequestIdOf(name, content, BaseOf("create|" + surroundings, {}, day)),
                              validate_only};
      TL_TRY_VOID(RecordRelationship(connection_, write, row.council_id, row.relationship_id,
                                     row.relationship));
      return RowOutcome::kAccepted;
    }
    const std::vector<std::string> changed = ChangedPaths(found->second, row.relationship, paths_);
    if (changed.empty()) return RowOutcome::kUnchanged;
    const std::string& etag = found->second.etag();
    const ImportWrite write{
        RequestIdOf(name, content, BaseOf(etag + "|" + surroundings, changed, day)), validate_only};
    TL_TRY_VOID(AmendRelationship(connection_, write, row.relationship, etag, changed));
    return RowOutcome::kAmended;
  }

  Connection& connection_;
  const Clock& clock_;
  const Recorded& recorded_;
  const std::vector<std::string>& paths_;
  Sender& sender_;
  ImportReport& report_;
  const std::multimap<std::string, std::string> etags_by_pair_;
  Twins twins_;
  std::map<std::uint64_t, Error> refused_rows_;    // By their numbers.
  std::map<std::string, Error> refused_partners_;  // By their ids.
};

// Rows whose council is registered; the others become problems.
std::vector<RelationshipRow> WithCouncil(const std::vector<RelationshipRow>& rows,
                                         const Records<v1::Council>& councils,
                                         ImportReport& report) {
  std::vector<RelationshipRow> good;
  for (const RelationshipRow& row : rows) {
    if (councils.contains("councils/" + row.council_id)) {
      good.push_back(row);
      continue;
    }
    ++report.refused;
    report.problems.push_back(
        {row.row, "council_id", row.council_id,
         "no such council is registered, or it is not yours: check the spelling, "
         "or import the councils first"});
  }
  std::ranges::stable_sort(report.problems, {}, &CellProblem::row);
  return good;
}

}  // namespace

Result<ImportReport> ImportCouncils(Connection& connection, const Clock& clock,
                                    const ParsedRows<CouncilRow>& parsed,
                                    const ImportOptions& options, const ImportWatch& watch) {
  ImportReport report = ReportOf(parsed.read, parsed.bad, parsed.problems, options);
  if (HeldBack(report, parsed.rows.size(), options)) return report;
  RegisterReader reader(connection, watch.reading);
  const Result<Records<v1::Council>> read = reader.Councils();
  if (WasInterrupted(read, parsed.rows.size(), report)) return report;
  if (!read) return read.error();
  const Records<v1::Council>& recorded = *read;
  Sender sender(report, watch.sending);
  const std::vector<RowResult> results = sender.Run(parsed.rows.size(), [&](std::size_t i) {
    return SendCouncil(connection, DayForBase(clock.Now()), parsed.rows[i], recorded, parsed.paths,
                       options.validate_only);
  });
  Settle(parsed.rows, results, report);
  return report;
}

Result<ImportReport> ImportRelationships(Connection& connection, const Clock& clock,
                                         const ParsedRows<RelationshipRow>& parsed,
                                         const ImportOptions& options, const ImportWatch& watch) {
  ImportReport report = ReportOf(parsed.read, parsed.bad, parsed.problems, options);
  if (HeldBack(report, parsed.rows.size(), options)) return report;
  const Result<Recorded> read = ReadRecorded(connection, parsed.rows, watch.reading);
  if (WasInterrupted(read, parsed.rows.size(), report)) return report;
  if (!read) return read.error();
  const std::vector<RelationshipRow> rows = WithCouncil(parsed.rows, read->councils, report);
  if (HeldBack(report, rows.size(), options)) return report;
  Sender sender(report, watch.sending);
  RelationshipImport(connection, clock, *read, parsed.paths, sender, report).Run(rows);
  return report;
}

}  // namespace twinledger::client
