// The national register: every relationship of every council, with its partner.
#include <memory>
#include <string>
#include <vector>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/read.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/registry/v1/national_register.pb.h"

namespace twinledger::client {
namespace {

std::vector<Column> RegisterColumns() {
  return {{"council_display_name", "COUNCIL"},
          {"partner_display_name", "PARTNER"},
          {"country", "COUNTRY"},
          {"kind", "KIND"},
          {"status", "STATUS"},
          {"since", "SINCE"},
          {"last_activity", "LAST ACTIVITY"},
          {"next_review_due", "NEXT REVIEW"},
          {"agreements_in_force", "AGREEMENTS", Column::Kind::kNumber},
          {"public_url", "PUBLIC LINK"},
          {"council", "COUNCIL ID", Column::Kind::kId},
          {"relationship", "RELATIONSHIP ID", Column::Kind::kId}};
}

ExitCode Register(Session& session, const ReadFlags& flags) {
  const Result<rpc::v1::ReadOptions> options = ReadOptionsOf(session, flags);
  if (!options) return session.Fail(options.error());
  const Result<std::optional<std::uint64_t>> limit = LimitOf(flags);
  if (!limit) return session.Fail(limit.error());
  auto connection = Connect(session, kAnalyst);
  if (!connection) return session.Fail(connection.error());
  registry::v1::ListNationalRegisterRequest request;
  *request.mutable_read_options() = *options;
  request.set_filter(flags.filter);
  request.set_order_by(flags.order_by);
  std::vector<Json> rows;
  const auto pages = ReadPages<registry::v1::ListNationalRegisterResponse>(
      **connection, std::string(kRegistryService) + "ListNationalRegister", std::move(request),
      *limit, [&](const registry::v1::ListNationalRegisterResponse& page) {
        for (const auto& row : page.rows()) rows.push_back(ToJson(row));
        return static_cast<std::uint64_t>(page.rows_size());
      });
  if (!pages) return session.Fail(pages.error());
  Printer printer = session.Print({.kind = "rows", .columns = RegisterColumns()});
  for (const Json& row : rows) printer.Row(row);
  const Json facts = ReadFacts(session, flags, *pages);
  printer.Finish(facts);
  if (!session.FormatIsForPrograms()) SayReadFacts(session, rows.size(), "row", facts);
  return ExitCode::kDone;
}

}  // namespace

void AddRegister(Command root) {
  auto flags = std::make_shared<ReadFlags>();
  Command command = root.Add("register", "the national register, now or as of a past day",
                             "twinledger register\n"
                             "twinledger register --as-of 2026-06-30 -o csv > register.csv\n"
                             "twinledger register --filter 'country = \"JP\" AND status = ACTIVE'");
  AddListFlags(command, *flags, "country = \"JP\" AND status = ACTIVE");
  command.OnRun([flags](Session& session) { return Register(session, *flags); });
}

}  // namespace twinledger::client
