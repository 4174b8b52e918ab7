// What was recorded of assessments: receipts and alerts.
#include <cstdint>
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
#include "twinledger/output/points_text.h"
#include "twinledger/risk/v1/risk_service.pb.h"

namespace twinledger::client {
namespace {

struct ReceiptsFlags {
  SubjectFlags subject;
  ReadFlags read;
};

struct AlertsFlags {
  std::string council;
  ReadFlags read;
};

std::vector<Column> ReceiptColumns() {
  using Kind = Column::Kind;
  return {{"receipt", "RECEIPT"},
          {"as_of", "DAY"},
          {"band", "BAND"},
          {"r", "R", Kind::kNumber},
          {"a", "A", Kind::kNumber},
          {"records", "RECORDS"},
          {"rule_set_id", "RULES"},
          {"record_time", "RECORDED", Kind::kTime},
          {"assessment_sha256", "SHA-256"}};
}

std::vector<Column> AlertColumns() {
  return {{"day", "DAY"},
          {"subject", "SUBJECT"},
          {"from_band", "FROM"},
          {"to_band", "TO"},
          {"r", "R", Column::Kind::kNumber},
          {"record_time", "RECORDED", Column::Kind::kTime},
          {"event", "EVENT"}};
}

// As every table of scores has them.
void ShowPoints(Json& row) {
  for (const char* field : {"r", "a"}) {
    if (row.contains(field)) row[field] = PointsForPeople(row[field].get<std::int64_t>());
  }
}

void PrintRows(Session& session, const Shape& shape, std::vector<Json> rows, const Json& facts) {
  Printer printer = session.Print(shape);
  for (Json& row : rows) {
    if (session.format() == Format::kTable) ShowPoints(row);
    printer.Row(row);
  }
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) SayReadFacts(session, rows.size(), "row", facts);
}

ExitCode ListReceipts(Session& session, const ReceiptsFlags& flags) {
  const Result<std::string> name = SubjectName(flags.subject);
  if (!name) return session.Fail(name.error());
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  risk::v1::ListReceiptsRequest request;
  request.set_parent(*name);
  *request.mutable_read_options() = *options;
  std::vector<Json> rows;
  const auto pages = ReadPages<risk::v1::ListReceiptsResponse>(
      **connection, std::string(kRiskService) + "ListReceipts", std::move(request), std::nullopt,
      [&](const risk::v1::ListReceiptsResponse& page) {
        for (const auto& receipt : page.receipts()) rows.push_back(ReceiptJson(receipt));
        return static_cast<std::uint64_t>(page.receipts_size());
      });
  if (!pages) return session.Fail(pages.error());
  PrintRows(session, {.kind = "receipts", .columns = ReceiptColumns()}, std::move(rows),
            ReadFacts(session, flags.read, *pages));
  return ExitCode::kDone;
}

ExitCode ListAlerts(Session& session, const AlertsFlags& flags) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags.read);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags.read);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  risk::v1::ListAlertsRequest request;
  request.set_parent(CouncilName(flags.council.empty() ? "-" : flags.council));
  request.set_filter(flags.read.filter);
  request.set_order_by(flags.read.order_by.empty() ? "record_time desc" : flags.read.order_by);
  *request.mutable_read_options() = *options;
  std::vector<Json> rows;
  const auto pages = ReadPages<risk::v1::ListAlertsResponse>(
      **connection, std::string(kRiskService) + "ListAlerts", std::move(request), *limit,
      [&](const risk::v1::ListAlertsResponse& page) {
        for (const risk::v1::Alert& alert : page.alerts()) {
          Json row = ToJson(alert);
          row["day"] = risk::ToText(alert.day());
          rows.push_back(std::move(row));
        }
        return static_cast<std::uint64_t>(page.alerts_size());
      });
  if (!pages) return session.Fail(pages.error());
  PrintRows(session, {.kind = "alerts", .columns = AlertColumns()}, std::move(rows),
            ReadFacts(session, flags.read, *pages));
  return ExitCode::kDone;
}

}  // namespace

void AddRiskReceipts(Command group) {
  auto flags = std::make_shared<ReceiptsFlags>();
  Command receipts = group.Add("receipts", "what was recorded of assessments, newest first",
                               "twinledger risk receipts wellington-city\n"
                               "twinledger risk receipts UUID --council wellington-city -o json");
  AddSubject(receipts, flags->subject);
  AddAsOf(receipts, flags->read);
  receipts.OnRun([flags](Session& session) { return ListReceipts(session, *flags); });
}

void AddRiskAlerts(Command group) {
  auto flags = std::make_shared<AlertsFlags>();
  Command alerts =
      group.Add("alerts", "bands that changed, newest first",
                "twinledger risk alerts\n"
                "twinledger risk alerts --council wellington-city\n"
                "twinledger risk alerts --filter 'to_band = HIGH OR to_band = SEVERE'");
  alerts.Option("--council", flags->council, "council [all]");
  AddListFlags(alerts, flags->read, "to_band = SEVERE");
  alerts.OnRun([flags](Session& session) { return ListAlerts(session, *flags); });
}

}  // namespace twinledger::client
