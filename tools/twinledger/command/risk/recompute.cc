// Receipts computed again from what they name: whoever doubts one can see whether it holds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <vector>

#include "risk/domain/day.h"
#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/registry/read.h"
#include "twinledger/command/risk/commands.h"
#include "twinledger/command/risk/subject.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::client {
namespace {

using risk::v1::RecomputeAssessmentResponse;

struct RecomputeFlags {
  SubjectFlags subject;
  std::string receipt;
  bool all = false;
};

// What became of all of them.
struct Tally {
  std::vector<Json> rows;
  std::size_t mismatches = 0;
  std::size_t indeterminate = 0;
};

// Threads: confined to one.
class Recomputation {
 public:
  explicit Recomputation(Connection& connection) : connection_(connection) {
    latest_.set_latest(true);
  }

  // Each receipt of a subject, or the one that is named.
  Result<void> Subject(const std::string& name, const std::string& receipt) {
    if (!receipt.empty()) return Receipt(name, receipt, "");
    risk::v1::ListReceiptsRequest request;
    request.set_parent(name);
    *request.mutable_read_options() = latest_;
    std::vector<risk::v1::AssessmentReceipt> receipts;
    TL_TRY(const PagesRead pages,
           ReadPages<risk::v1::ListReceiptsResponse>(
               connection_, std::string(kRiskService) + "ListReceipts", std::move(request),
               std::nullopt, [&](const risk::v1::ListReceiptsResponse& page) {
                 receipts.insert(receipts.end(), page.receipts().begin(), page.receipts().end());
                 return static_cast<std::uint64_t>(page.receipts_size());
               }));
    for (const risk::v1::AssessmentReceipt& one : receipts) {
      TL_TRY_VOID(Receipt(name, one.receipt(), risk::ToText(one.as_of())));
    }
    return {};
  }

  // Of every council and relationship that the caller may see.
  Result<void> All() {
    TL_TRY(std::vector<std::string> names, NamesOf<CouncilApi>({}));
    RelationshipApi::ListRequest relationships;
    relationships.set_parent("councils/-");
    TL_TRY(const std::vector<std::string> more, NamesOf<RelationshipApi>(std::move(relationships)));
    names.insert(names.end(), more.begin(), more.end());
    for (const std::string& name : names) {
      const Result<void> done = Subject(name, "");
      if (!done && done.error().code != Code::kNotFound) return done;
    }
    return {};
  }

  const Tally& tally() const { return tally_; }

 private:
  template <class Api>
  Result<std::vector<std::string>> NamesOf(typename Api::ListRequest request) {
    *request.mutable_read_options() = latest_;
    std::vector<std::string> names;
    TL_TRY(const PagesRead pages,
           ReadPages<typename Api::ListResponse>(
               connection_, std::string(kRegistryService) + "List" + Api::kTypes,
               std::move(request), std::nullopt, [&](const typename Api::ListResponse& page) {
                 for (const auto& one : Api::RowsOf(page)) names.push_back(one.name());
                 return static_cast<std::uint64_t>(Api::RowsOf(page).size());
               }));
    return names;
  }

  Result<void> Receipt(const std::string& name, const std::string& receipt,
                       const std::string& day) {
    risk::v1::RecomputeAssessmentRequest request;
    request.set_name(name);
    request.set_receipt(receipt);
    *request.mutable_read_options() = latest_;
    RecomputeAssessmentResponse answer;
    TL_TRY_VOID(
        connection_.Call(std::string(kRiskService) + "RecomputeAssessment", request, answer));
    Note(answer, day);
    return {};
  }

  // A server's word that they match is held against what it shows.
  void Note(const RecomputeAssessmentResponse& answer, const std::string& day) {
    std::vector<std::string> differ;
    for (const risk::v1::HashComparison& one : answer.comparisons()) {
      if (one.recorded() != one.recomputed()) differ.push_back(one.what());
    }
    const bool indeterminate = answer.verdict() == risk::v1::RECOMPUTE_VERDICT_INDETERMINATE ||
                               answer.comparisons().empty();
    if (indeterminate) ++tally_.indeterminate;
    const bool mismatch = !indeterminate && (!differ.empty() ||
                                             answer.verdict() != risk::v1::RECOMPUTE_VERDICT_MATCH);
    if (mismatch) ++tally_.mismatches;
    Json row = ToJson(answer);
    row.erase("read_position");
    row["as_of"] = day.empty() ? Json() : Json(day);
    row["verdict"] = indeterminate ? "INDETERMINATE" : mismatch ? "MISMATCH" : "MATCH";
    row["differ"] = differ.empty() ? Json() : Json(fmt::format("{}", fmt::join(differ, ", ")));
    tally_.rows.push_back(std::move(row));
  }

  Connection& connection_;
  rpc::v1::ReadOptions latest_;
  Tally tally_;
};

ExitCode Print(Session& session, const Tally& tally) {
  Printer printer = session.Print({.kind = "receipts",
                                   .columns = {{"name", "NAME"},
                                               {"receipt", "RECEIPT"},
                                               {"as_of", "DAY"},
                                               {"verdict", "VERDICT"},
                                               {"differ", "DIFFER"},
                                               {"missing", "MISSING"}}});
  for (const Json& row : tally.rows) printer.Row(row);
  printer.Finish({{"checked", tally.rows.size()},
                  {"mismatches", tally.mismatches},
                  {"indeterminate", tally.indeterminate}});
  if (!session.FormatIsForPrograms()) {
    session.Note(fmt::format("{} receipts computed again: {} differ, {} could not be checked",
                             tally.rows.size(), tally.mismatches, tally.indeterminate));
  }
  if (tally.mismatches > 0) return ExitCode::kIntegrity;
  return tally.indeterminate > 0 ? ExitCode::kIndeterminate : ExitCode::kDone;
}

ExitCode Recompute(Session& session, const RecomputeFlags& flags) {
  if (flags.all != flags.subject.subject.empty()) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message =
                                  "whose receipts? Name a council or a relationship, or give "
                                  "--all",
                              .reason = "SUBJECT_MISSING"});
  }
  std::string name;
  if (!flags.all) {
    Result<std::string> read = SubjectName(flags.subject);
    if (!read) return session.Fail(read.error());
    name = *std::move(read);
  }
  auto connection = Connect(session, kAuditor);
  if (!connection) return session.Fail(connection.error());
  Recomputation again(**connection);
  const Result<void> done = flags.all ? again.All() : again.Subject(name, flags.receipt);
  if (!done) return session.Fail(done.error());
  return Print(session, again.tally());
}

}  // namespace

void AddRiskRecompute(Command group) {
  auto flags = std::make_shared<RecomputeFlags>();
  Command recompute =
      group.Add("recompute",
                "computes receipts again from what they name, and compares; exit 4 if one differs",
                "twinledger risk recompute --all\n"
                "twinledger risk recompute wellington-city\n"
                "twinledger risk recompute UUID --council wellington-city --receipt risk/3/17.0");
  recompute.Optional("subject", flags->subject.subject, kSubjectHelp);
  recompute.Option("--council", flags->subject.council,
                   "council of the relationship, with a UUID alone");
  recompute.Option("--receipt", flags->receipt, "one of the subject's receipts [each of them]");
  recompute.Flag("--all", flags->all, "every receipt that there is");
  recompute.OnRun([flags](Session& session) { return Recompute(session, *flags); });
}

}  // namespace twinledger::client
