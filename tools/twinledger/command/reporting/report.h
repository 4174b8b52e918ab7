// What the reports print alike: points, scores, and what a number rests on.
//
// Programs get a message as it is, points in thousandths; people get texts beside its fields:
//
//   points         "24.1"                          rounded down, as all points
//   lines          "A1 4.4, A3 3.1"
//   from           "r: engagement/3/17; band: risk/1/4.0"
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "twinledger/command/registry/read.h"
#include "twinledger/command/session.h"
#include "twinledger/reporting/v1/standing.pb.h"

namespace twinledger::client {

inline constexpr std::string_view kReportingService = "/twinledger.reporting.v1.ReportingService/";

std::string SourcesText(const google::protobuf::RepeatedPtrField<reporting::v1::Source>& sources);

// With the texts of tables; in a table, those stand for the fields themselves.
Json StandingJson(const reporting::v1::RelationshipStanding& standing, Format format);

// Of relationships: a few for a table, all for CSV; last where they come from, if explained.
std::vector<Column> StandingColumns(Format format, bool explain);

// Records that were retracted by one person alone, and count all the same.
class PendingRetractions {
 public:
  void Add(const reporting::v1::RelationshipStanding& standing);
  void Say(Session& session) const;

 private:
  std::set<std::string> names_;  // What names no relationship counts in each of a council's.
};

void AddExplain(Command command, bool& explain);

// Beside the facts of a read: the day, and the rules.
void AddScoring(const reporting::v1::Scoring& scoring, Json& facts);
void SayScoring(Session& session, const Json& facts);

}  // namespace twinledger::client
