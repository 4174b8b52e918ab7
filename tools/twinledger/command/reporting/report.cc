#include "twinledger/command/reporting/report.h"

#include <fmt/format.h>

#include "twinledger/fields/to_json.h"
#include "twinledger/output/points_text.h"

namespace twinledger::client {
namespace {

using reporting::v1::RelationshipStanding;

std::string LinesText(const RelationshipStanding& standing) {
  std::string text;
  for (const auto& line : standing.top_lines()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", line.indicator(),
                        PointsForPeople(line.net()));
  }
  return text;
}

std::string ChangeText(const RelationshipStanding& standing) {
  if (!standing.has_change()) return "";
  const std::int64_t change = standing.change();
  return (change > 0 ? "+" : "") + PointsForPeople(change);
}

std::string OverdueText(const Json& standing) {
  std::string text;
  for (const Json& item : standing["overdue"]) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", item["kind"].get<std::string>(),
                        item["due"].get<std::string>());
  }
  return text;
}

}  // namespace

std::string SourcesText(const google::protobuf::RepeatedPtrField<reporting::v1::Source>& sources) {
  std::string text;
  for (const auto& source : sources) {
    if (source.events().empty()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", source.field(),
                        fmt::join(source.events(), ", "));
    if (source.event_count() > source.events_size()) {
      text += fmt::format(" and {} more", source.event_count() - source.events_size());
    }
  }
  return text;
}

Json StandingJson(const RelationshipStanding& standing, Format format) {
  Json row = ToJson(standing);
  if (format == Format::kJson || format == Format::kJsonLines) return row;
  row["lines"] = LinesText(standing);
  row["late"] = OverdueText(row);
  row["from"] = SourcesText(standing.sources());
  if (format != Format::kTable) return row;
  row["r"] = PointsForPeople(standing.r());
  row["a"] = PointsForPeople(standing.a());
  row["change"] = ChangeText(standing);
  return row;
}

std::vector<Column> StandingColumns(Format format, bool explain) {
  using Kind = Column::Kind;
  std::vector<Column> columns{{"band", "BAND"},
                              {"r", "R", Kind::kNumber},
                              {"change", "30 DAYS", Kind::kNumber},
                              {"a", "A", Kind::kNumber}};
  if (format == Format::kTable) {
    columns.insert(columns.end(), {{"council", "COUNCIL", Kind::kId},
                                   {"partner_display_name", "PARTNER"},
                                   {"lines", "MOST OF R"},
                                   {"last_activity", "LAST"},
                                   {"name", "RELATIONSHIP", Kind::kId}});
  } else {
    columns.insert(columns.end(), {{"uncapped", "UNCAPPED"},
                                   {"council_display_name", "COUNCIL"},
                                   {"partner_display_name", "PARTNER"},
                                   {"kind", "KIND"},
                                   {"status", "STATUS"},
                                   {"since", "SINCE"},
                                   {"lines", "MOST OF R"},
                                   {"records", "RECORDS"},
                                   {"last_activity", "LAST"},
                                   {"next_review_due", "NEXT REVIEW"},
                                   {"late", "OVERDUE"},
                                   {"pending_retraction_count", "PENDING RETRACTIONS"},
                                   {"council", "COUNCIL ID"},
                                   {"partner", "PARTNER ID"},
                                   {"name", "RELATIONSHIP"}});
  }
  if (explain) columns.push_back({"from", "FROM"});
  return columns;
}

void PendingRetractions::Add(const RelationshipStanding& standing) {
  names_.insert(standing.pending_retractions().begin(), standing.pending_retractions().end());
}

void PendingRetractions::Say(Session& session) const {
  constexpr std::size_t kNamedMost = 5;
  std::size_t named = 0;
  for (const std::string& name : names_) {
    if (named++ == kNamedMost) break;
    session.Note(
        fmt::format("{}: its retraction awaits a second person; until then it counts", name));
  }
  if (names_.size() > kNamedMost) {
    session.Note(fmt::format("and {} more: engagement list --filter 'state = RETRACTION_PENDING'",
                             names_.size() - kNamedMost));
  }
}

void AddExplain(Command command, bool& explain) {
  command.Flag("--explain", explain, "with each number the commits in the log that it rests on");
}

void AddScoring(const reporting::v1::Scoring& scoring, Json& facts) {
  facts["scoring"] = ToJson(scoring);
}

void SayScoring(Session& session, const Json& facts) {
  const Json& scoring = facts["scoring"];
  session.Note(fmt::format("scored for {} by {} {}", scoring["as_of"].get<std::string>(),
                           scoring["rule_set_id"].get<std::string>(),
                           scoring["rule_set_digest"].get<std::string>().substr(0, 12)));
}

}  // namespace twinledger::client
