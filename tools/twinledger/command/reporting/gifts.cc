// The register of gifts and hospitality, also of those that were declined.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/api.h"
#include "twinledger/command/reporting/commands.h"
#include "twinledger/command/reporting/report.h"
#include "twinledger/fields/from_text.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/reporting/v1/gift_register.pb.h"

namespace twinledger::client {
namespace {

using reporting::v1::GiftRegisterRow;

struct GiftFlags {
  std::string council;
  std::string from;
  std::string to;
  std::string audience;
  bool explain = false;
  ReadFlags read;
};

std::vector<Column> GiftColumns(Format format, bool explain) {
  using Kind = Column::Kind;
  std::vector<Column> columns{{"offered_on", "OFFERED"}, {"council", "COUNCIL", Kind::kId},
                              {"donor", "DONOR"},        {"recipient", "TO"},
                              {"what", "KIND"},          {"value_cents", "NZ$", Kind::kNumber},
                              {"decision", "DECISION"},  {"decided_on", "DECIDED"},
                              {"reason", "REASON"}};
  if (format == Format::kTable) {
    columns.push_back({"name", "RECORD", Kind::kId});
    if (explain) columns.push_back({"event", "EVENT"});
    return columns;
  }
  columns.insert(columns.end(), {{"value_basis", "BASIS"},
                                 {"decided_by", "DECIDED BY"},
                                 {"record_kind", "RECORD KIND"},
                                 {"state", "STATE"},
                                 {"release_class", "RELEASE CLASS"},
                                 {"council_display_name", "COUNCIL NAME"},
                                 {"relationship", "RELATIONSHIP"},
                                 {"name", "RECORD"},
                                 {"event", "EVENT"}});
  return columns;
}

// A journey may have had forty guests.
std::string FirstOfMany(const std::string& people) {
  const std::size_t end = people.find("; ");
  if (end == std::string::npos) return people;
  const auto others = std::ranges::count(people, ';');
  return fmt::format("{} and {} more", people.substr(0, end), others);
}

Json GiftJson(const GiftRegisterRow& gift, Format format) {
  Json row = ToJson(gift);
  if (format == Format::kJson || format == Format::kJsonLines) return row;
  row["what"] = row["gift_kind"].is_null() ? row["hospitality_kind"] : row["gift_kind"];
  row["reason"] = gift.reason_withheld() ? "withheld" : "";
  if (format != Format::kTable) return row;
  row["recipient"] = FirstOfMany(gift.recipient());
  if (gift.state() == engagement::v1::RECORD_STATE_RETRACTION_PENDING) {
    row["decision"] =
        fmt::format("{} (retraction awaits a second person)",
                    row["decision"].is_null() ? "" : row["decision"].get<std::string>());
  }
  if (gift.has_value_cents()) {
    row["value_cents"] =
        fmt::format("{}.{:02}", gift.value_cents() / 100, gift.value_cents() % 100);
  }
  return row;
}

Result<reporting::v1::ListGiftRegisterRequest> RequestOf(const Session& session,
                                                         const GiftFlags& flags) {
  reporting::v1::ListGiftRegisterRequest request;
  request.set_parent(CouncilName(flags.council.empty() ? "-" : flags.council));
  if (!flags.from.empty()) TL_TRY_VOID(SetField(request, "offered_from", flags.from));
  if (!flags.to.empty()) TL_TRY_VOID(SetField(request, "offered_to", flags.to));
  if (!flags.audience.empty()) TL_TRY_VOID(SetField(request, "audience", flags.audience));
  TL_TRY(*request.mutable_read_options(), ReadOptionsOf(session, flags.read));
  request.set_filter(flags.read.filter);
  request.set_order_by(flags.read.order_by);
  return request;
}

ExitCode ShowGifts(Session& session, const GiftFlags& flags) {
  const auto request = RequestOf(session, flags);
  if (!request) return session.Fail(request.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags.read);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  std::vector<Json> rows;
  Json withheld = Json::array();
  const auto pages = ReadPages<reporting::v1::ListGiftRegisterResponse>(
      **connection, std::string(kReportingService) + "ListGiftRegister", *request, *limit,
      [&](const reporting::v1::ListGiftRegisterResponse& page) {
        for (const auto& row : page.rows()) rows.push_back(GiftJson(row, session.format()));
        for (const auto& one : page.withheld()) withheld.push_back(ToJson(one));
        return static_cast<std::uint64_t>(page.rows_size());
      });
  if (!pages) return session.Fail(pages.error());
  Printer printer =
      session.Print({.kind = "rows", .columns = GiftColumns(session.format(), flags.explain)});
  for (const Json& row : rows) printer.Row(row);
  Json facts = ReadFacts(session, flags.read, *pages);
  facts["withheld"] = withheld;
  printer.Finish(facts);
  if (session.FormatIsForPrograms()) return ExitCode::kDone;
  SayReadFacts(session, rows.size(), "row", facts);
  for (const Json& one : withheld) {
    session.Note(fmt::format(
        "withheld: {}, of release class {}", one["count"].get<std::int64_t>(),
        one["release_class"].is_null() ? "none" : one["release_class"].get<std::string>()));
  }
  return ExitCode::kDone;
}

}  // namespace

void AddGifts(Command root) {
  auto flags = std::make_shared<GiftFlags>();
  Command command =
      root.Add("gifts", "the register of gifts and hospitality, also of those that were declined",
               "twinledger gifts --council wellington-city\n"
               "twinledger gifts --from 2026-01-01 --to 2026-06-30 -o csv > gifts.csv\n"
               "twinledger gifts --for public --filter 'decision = DECLINED'");
  command.Option("--council", flags->council, "council [all]");
  command.Option("--from", flags->from, "offered on this day or later");
  command.Option("--to", flags->to, "offered on this day or earlier");
  command.Option(
      "--for", flags->audience,
      "whom the register is made for: public, council_and_agency [all that you may see]");
  AddExplain(command, flags->explain);
  AddListFlags(command, flags->read, "decision = DECLINED AND value_cents > 50000");
  command.OnRun([flags](Session& session) { return ShowGifts(session, *flags); });
}

}  // namespace twinledger::client
