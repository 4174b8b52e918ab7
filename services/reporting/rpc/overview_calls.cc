// The country in numbers, and its relationships in the order in which they are looked at.
#include <fmt/format.h>

#include "platform/rpc/council_scope.h"
#include "platform/rpc/errors.h"
#include "reporting/rpc/reporting_service.h"
#include "reporting/rpc/scoring.h"
#include "reporting/rpc/touch.h"
#include "reporting/rpc/work_queue.h"
#include "reporting/scores/resource_names.h"
#include "risk/rules/built_in.h"

namespace twinledger::reporting {
namespace {

constexpr std::string_view kGetOverview = "twinledger.reporting.v1.ReportingService/GetOverview";
constexpr std::string_view kListWorkQueue =
    "twinledger.reporting.v1.ReportingService/ListWorkQueue";
constexpr const char* kWorstFirst = "band_level desc, r desc, uncapped desc";

}  // namespace

Result<Country> ReportingService::CountryAt(const rpc::Reading& reading, const std::string& parent,
                                            risk::Day day) {
  TL_TRY(const auto before, reading.RowsAt(EndOf(day - kChangeDays)));
  const Moment at{.rows = reading.rows(), .before = *before, .rules = risk::Tl1(), .day = day};
  const auto is_cancelled = [&reading] { return reading.IsCancelled(); };
  const auto compute = [&](const std::vector<std::string>& councils) {
    return ComputePart(at, councils, is_cancelled);
  };
  Country country;
  if (const auto only = rpc::OnlyCouncil<CouncilId>(parent, reading.admission())) {
    // A council is scored faster than it would be found among what is kept for all.
    Result<CountryPartPtr> part = compute({only->value()});
    if (part) {
      country.Add(*std::move(part));
      return country;
    }
    if (part.error().code != Code::kNotFound) return part.error();
    if (parent != rpc::kAllCouncils) return rpc::NotFound(parent);
    return country;
  }
  TL_TRY(const CouncilsByPartition all, AllCouncils(reading.rows()));
  for (const auto& [partition, councils] : all) {
    TL_TRY(CountryPartPtr part,
           parts_.Get(PartKey(reading.cut(), partition, day), is_cancelled,
                      [&compute, &councils = councils] { return compute(councils); }));
    country.Add(std::move(part));
  }
  return country;
}

grpc::ServerUnaryReactor* ReportingService::GetOverview(grpc::CallbackServerContext* context,
                                                        const v1::GetOverviewRequest* request,
                                                        v1::GetOverviewResponse* response) {
  return calls_.Query(
      context, kGetOverview, *request, *response, rpc::CheckParent<v1::GetOverviewRequest>,
      [this](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
        TL_TRY_VOID(TouchCouncil(reading,
                                 rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission())));
        const risk::Day day = DayOf(asked.read_options(), clock_);
        TL_TRY(const auto country, CountryAt(reading, asked.parent(), day));
        *answer.mutable_overview() = country.Overview();
        if (!asked.explain()) answer.mutable_overview()->clear_sources();
        *answer.mutable_scoring() = ScoringOf(day, risk::Tl1());
        return {};
      });
}

grpc::ServerUnaryReactor* ReportingService::ListWorkQueue(grpc::CallbackServerContext* context,
                                                          const v1::ListWorkQueueRequest* request,
                                                          v1::ListWorkQueueResponse* response) {
  return calls_.List(
      context, kListWorkQueue, *request, *response, rpc::CheckParent<v1::ListWorkQueueRequest>,
      [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
             auto& answer) -> Result<void> {
        TL_TRY_VOID(TouchCouncil(reading,
                                 rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission())));
        const DayOfPages pages(page, DayOf(asked.read_options(), clock_));
        TL_TRY(const auto country, CountryAt(reading, asked.parent(), pages.day()));
        *answer.mutable_scoring() = ScoringOf(pages.day(), risk::Tl1());
        v1::ListWorkQueueRequest ordered = asked;
        if (ordered.order_by().empty()) ordered.set_order_by(kWorstFirst);
        return WorkQueueListing().Fill(ordered, WorkQueueSource(country, asked.explain()), page,
                                       *answer.mutable_relationships());
      });
}

}  // namespace twinledger::reporting
