#include "twinledger/import/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
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

// Registers the partners that the rows name and nobody has; answers with why those could not be.
std::map<std::string, Error> RegisterPartners(Connection& connection,
                                              const std::vector<RelationshipRow>& rows,
                                              const Records<v1::Partner>& recorded, Sender& sender,
                                              ImportReport& report) {
  std::map<std::string, const RelationshipRow*> missing;
  for (const RelationshipRow& row : rows) {
    if (!recorded.contains(row.partner.name())) missing.emplace(row.partner_id, &row);
  }
  std::vector<const RelationshipRow*> todo;
  for (const auto& [id, row] : missing) todo.push_back(row);
  const std::vector<RowResult> results =
      sender.Run(todo.size(), [&](std::size_t i) -> Result<RowOutcome> {
        const RelationshipRow& row = *todo[i];
        const ImportWrite write{
            RequestIdOf(row.partner.name(), row.partner.SerializeAsString(), "create"),
            report.validate_only};
        TL_TRY_VOID(CreatePartner(connection, write, row.partner_id, row.partner));
        return RowOutcome::kAccepted;
      });
  std::map<std::string, Error> refused;
  for (std::size_t i = 0; i < todo.size(); ++i) {
    if (results[i].outcome == RowOutcome::kAccepted) ++report.partners_registered;
    if (results[i].error) refused.emplace(todo[i]->partner_id, *results[i].error);
  }
  return refused;
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

Result<RowOutcome> SendRelationship(Connection& connection, const std::string& day,
                                    const RelationshipRow& row,
                                    const Records<v1::Relationship>& recorded,
                                    const std::string& surroundings,
                                    const std::vector<std::string>& paths, bool validate_only) {
  const std::string content = row.relationship.SerializeAsString();
  const std::string& name = row.relationship.name();
  const auto found = recorded.find(name);
  if (found == recorded.end()) {
    const ImportWrite write{RequestIdOf(name, content, BaseOf("create|" + surroundings, {}, day)),
                            validate_only};
    TL_TRY_VOID(RecordRelationship(connection, write, row.council_id, row.relationship_id,
                                   row.relationship));
    return RowOutcome::kAccepted;
  }
  const std::vector<std::string> changed = ChangedPaths(found->second, row.relationship, paths);
  if (changed.empty()) return RowOutcome::kUnchanged;
  const std::string& etag = found->second.etag();
  const ImportWrite write{
      RequestIdOf(name, content, BaseOf(etag + "|" + surroundings, changed, day)), validate_only};
  TL_TRY_VOID(AmendRelationship(connection, write, row.relationship, etag, changed));
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

// A relationship that was only checked, and what is said of one whose partner nobody has: the
// server says so last, so it has no other objection.
Result<RowOutcome> WithoutPartner(const Result<RowOutcome>& checked, bool is_recorded) {
  if (checked.ok() || checked.error().reason != "PARTNER_NOT_FOUND") return checked;
  return is_recorded ? RowOutcome::kAmended : RowOutcome::kAccepted;
}

// Why rows that would bring a partner of their own would be refused: no partner is registered for
// these. By the numbers of the rows.
using RefusedRows = std::map<std::uint64_t, Error>;
RefusedRows CheckBeforePartners(
    const std::vector<RelationshipRow>& rows, const Records<v1::Partner>& partners,
    const std::function<Result<RowOutcome>(const RelationshipRow&)>& check, Sender& sender) {
  std::vector<const RelationshipRow*> todo;
  for (const RelationshipRow& row : rows) {
    if (!partners.contains(row.partner.name())) todo.push_back(&row);
  }
  const std::vector<RowResult> results =
      sender.Run(todo.size(), [&](std::size_t i) { return check(*todo[i]); });
  RefusedRows refused;
  for (std::size_t i = 0; i < todo.size(); ++i) {
    if (results[i].error) refused.emplace(todo[i]->row, *results[i].error);
  }
  return refused;
}

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
  const Records<v1::Council>& councils = read->councils;
  const Records<v1::Partner>& partners = read->partners;
  const Records<v1::Relationship>& recorded = read->relationships;
  const std::vector<RelationshipRow> rows = WithCouncil(parsed.rows, councils, report);
  if (HeldBack(report, rows.size(), options)) return report;
  Sender sender(report, watch.sending);
  const std::multimap<std::string, std::string> etags = EtagsByPair(recorded);
  const auto send_or_check = [&](const RelationshipRow& row, bool validate_only) {
    return SendRelationship(connection, DayForBase(clock.Now()), row, recorded,
                            SurroundingsOf(row, councils, etags), parsed.paths, validate_only);
  };
  RefusedRows refused_rows;
  if (!options.validate_only) {
    refused_rows = CheckBeforePartners(
        rows, partners,
        [&](const RelationshipRow& row) {
          return WithoutPartner(send_or_check(row, true),
                                recorded.contains(row.relationship.name()));
        },
        sender);
  }
  std::vector<RelationshipRow> to_send = rows;
  std::erase_if(to_send,
                [&](const RelationshipRow& row) { return refused_rows.contains(row.row); });
  std::map<std::string, Error> refused_partners;
  if (!report.stopped) {
    refused_partners = RegisterPartners(connection, to_send, partners, sender, report);
  }
  if (report.stopped) {
    report.not_sent = rows.size();
    return report;
  }
  Twins twins(recorded);
  const auto send = [&](const RelationshipRow& row) -> Result<RowOutcome> {
    if (const auto refused = refused_rows.find(row.row); refused != refused_rows.end()) {
      return refused->second;
    }
    if (options.validate_only) {
      if (const auto twin = twins.Forbid(row)) return *twin;
    }
    const auto refused = refused_partners.find(row.partner_id);
    if (refused != refused_partners.end()) return refused->second;
    const bool partner_is_imagined =
        options.validate_only && !partners.contains(row.partner.name());
    Result<RowOutcome> sent = send_or_check(row, options.validate_only);
    // Its partner was only checked, not registered; the real import registers it first.
    if (!partner_is_imagined) return sent;
    return WithoutPartner(sent, recorded.contains(row.relationship.name()));
  };
  std::vector<RowResult> results(rows.size());
  std::size_t done = 0;
  for (const std::vector<std::size_t>& round : RoundsOf(rows)) {
    if (report.stopped) break;
    const std::vector<RowResult> of_round = sender.Run(
        round.size(), [&](std::size_t i) { return send(rows[round[i]]); }, done, rows.size());
    for (std::size_t i = 0; i < round.size(); ++i) {
      results[round[i]] = of_round[i];
      if (of_round[i].outcome == RowOutcome::kAccepted) twins.Accepted(rows[round[i]]);
    }
    done += round.size();
  }
  Settle(rows, results, report);
  return report;
}

}  // namespace twinledger::client
