// Receipts computed again from what they name: whoever doubts one can see whether it holds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <utility>
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
    TL_TRY(const std::vector<risk::v1::AssessmentReceipt> receipts, ReceiptsOf(name));
    return Each(name, receipts);
  }

  // Of every council and relationship that the registry lists to the caller; most have none.
  Result<void> All() {
    TL_TRY(std::vector<std::string> names, NamesOf<CouncilApi>({}));
    RelationshipApi::ListRequest relationships;
    relationships.set_parent("councils/-");
    TL_TRY(const std::vector<std::string> more, NamesOf<RelationshipApi>(std::move(relationships)));
    names.insert(names.end(), more.begin(), more.end());
    for (const std::string& name : names) {
      const Result<std::vector<risk::v1::AssessmentReceipt>> receipts = ReceiptsOf(name);
      if (!receipts && receipts.error().code == Code::kNotFound) continue;
      if (!receipts) return receipts.error();
      TL_TRY_VOID(Each(name, *receipts));
    }
    return {};
  }

  const Tally& tally() const { return tally_; }

 private:
  Result<std::vector<risk::v1::AssessmentReceipt>> ReceiptsOf(const std::string& name) {
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
    return receipts;
  }

  Result<void> Each(const std::string& name,
                    const std::vector<risk::v1::AssessmentReceipt>& receipts) {
    for (const risk::v1::AssessmentReceipt& one : receipts) {
      const std::string day = risk::ToText(one.as_of());
      Result<void> done = Receipt(name, one.receipt(), day);
      if (!done && done.error().code == Code::kNotFound) {
        NoteUnfounded(name, one.receipt(), day);
      } else if (!done) {
        return done;
      }
    }
    return {};
  }

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

  // A receipt that is listed, of a subject that is not there at the positions it names.
  void NoteUnfounded(const std::string& name, const std::string& receipt, const std::string& day) {
    ++tally_.mismatches;
    tally_.rows.push_back({{"name", name},
                           {"receipt", receipt},
                           {"as_of", day},
                           {"verdict", "MISMATCH"},
                           {"differ", "subject"},
                           {"missing", ""}});
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

ExitCode Print(Session& session, const Tally& tally, Json facts) {
  Printer printer = session.Print({.kind = "receipts",
                                   .columns = {{"name", "NAME"},
                                               {"receipt", "RECEIPT"},
                                               {"as_of", "DAY"},
                                               {"verdict", "VERDICT"},
                                               {"differ", "DIFFER"},
                                               {"missing", "MISSING"}}});
  for (const Json& row : tally.rows) printer.Row(row);
  facts["checked"] = tally.rows.size();
  facts["mismatches"] = tally.mismatches;
  facts["indeterminate"] = tally.indeterminate;
  printer.Finish(facts);
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
  if (!done && again.tally().rows.empty()) return session.Fail(done.error());
  Json facts = Json::object();
  if (!done) facts["error"] = ErrorJson(done.error());
  const ExitCode found = Print(session, again.tally(), std::move(facts));
  if (done) return found;
  PrintError(session.terminal(), done.error());
  // What was found before counts more than what ended it.
  return found == ExitCode::kIntegrity ? found : ExitCodeOf(done.error());
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
  recompute.Flag("--all", flags->all, "each receipt of every subject in the registry's lists");
  recompute.OnRun([flags](Session& session) { return Recompute(session, *flags); });
}

}  // namespace twinledger::client
