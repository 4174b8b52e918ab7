#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/registry/commands.h"
#include "twinledger/command/registry/import_report.h"
#include "twinledger/command/registry/import_watch.h"
#include "twinledger/csv/reader.h"
#include "twinledger/import/importer.h"

namespace twinledger::client {
namespace {

template <class Row>
using ParseRows = Result<ParsedRows<Row>> (*)(const CsvFile&);
template <class Row>
using ImportRows = Result<ImportReport> (*)(Connection&, const Clock&, const ParsedRows<Row>&,
                                            const ImportOptions&, const ImportWatch&);

template <class Row>
ExitCode Import(Session& session, const std::string& layout, std::string_view account,
                const ImportFlags& flags, ParseRows<Row> parse, ImportRows<Row> send) {
  const Result<std::string> bytes = ReadInput(flags.file, CsvLimits().bytes);
  if (!bytes) return session.Fail(bytes.error());
  const Result<CsvFile> file = ParseCsv(*bytes);
  if (!file) return session.Fail(file.error());
  if (file->charset_assumed) {
    session.Note(fmt::format("{} is not UTF-8: read as {}", flags.file, file->charset));
  }
  const Result<ParsedRows<Row>> parsed = parse(*file);
  if (!parsed) return session.Fail(parsed.error());
  for (const std::string& column : parsed->unknown) {
    session.Note(Printable(fmt::format("column \"{}\" is not imported", column)));
  }
  auto connection = ConnectToWrite(session, account);
  if (!connection) return session.Fail(connection.error());

  const Result<ImportReport> report =
      Watched(session, **connection, parsed->rows.size(), [&](const ImportWatch& watch) {
        return send(**connection, session.clock(), *parsed, flags.options, watch);
      });
  if (!report) return session.Fail(report.error());
  return ShowImport(session, *report, {layout, file->charset, file->charset_assumed}, flags);
}

}  // namespace

void AddImport(Command root) {
  Command group =
      root.Group("import", "takes councils, relationships or engagements from a CSV file",
                 "twinledger import councils councils.csv\n"
                 "twinledger import relationships relationships.csv --validate-only\n"
                 "twinledger import engagements engagements.csv --skip-invalid -o json");
  auto councils = std::make_shared<ImportFlags>();
  Command of_councils = group.Add("councils",
                                  "councils; columns: council_id,name,type,region,population,seat,"
                                  "has_port,has_airport,source",
                                  "twinledger import councils councils.csv --validate-only\n"
                                  "twinledger import councils - < councils.csv");
  AddImportFlags(of_councils, *councils);
  of_councils.OnRun([councils](Session& session) {
    return Import<CouncilRow>(session, "councils", kApprover, *councils, ParseCouncils,
                              ImportCouncils);
  });

  auto relationships = std::make_shared<ImportFlags>();
  Command of_relationships =
      group.Add("relationships",
                "relationships; columns: relationship_id,council_id,partner_city,partner_region,"
                "partner_country_iso2,kind,established_year,status,source",
                "twinledger import relationships relationships.csv --validate-only\n"
                "twinledger import relationships relationships.csv --skip-invalid -o json");
  AddImportFlags(of_relationships, *relationships);
  of_relationships.OnRun([relationships](Session& session) {
    return Import<RelationshipRow>(session, "relationships", kAnalyst, *relationships,
                                   ParseRelationships, ImportRelationships);
  });
  AddEngagementImport(group);
}

}  // namespace twinledger::client
