#include "risk/rpc/risk_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/projection/consistency.h"
#include "platform/rpc/council_scope.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/listing.h"
#include "risk/domain/council_score.h"
#include "risk/inputs/input_tables.h"
#include "risk/receipts/recompute.h"
#include "risk/rpc/day_asked.h"
#include "risk/rpc/lists.h"
#include "risk/rpc/resource_names.h"
#include "risk/rpc/translation.h"

namespace twinledger::risk {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kGetAssessment = "twinledger.risk.v1.RiskService/GetAssessment";
constexpr std::string_view kListReceipts = "twinledger.risk.v1.RiskService/ListReceipts";
constexpr std::string_view kRecompute = "twinledger.risk.v1.RiskService/RecomputeAssessment";
constexpr std::string_view kListAlerts = "twinledger.risk.v1.RiskService/ListAlerts";
constexpr std::size_t kReceiptNameMax = 100;

Scope CheckSubject(std::string_view field, const std::string& name, Violations& wrong) {
  return Scope::OfCouncil(ReadSubject(field, name, wrong).council_id, name);
}

Scope CheckGet(const v1::GetAssessmentRequest& request, Violations& wrong) {
  if (request.has_day()) wrong.Between("day", request.day(), kDayMin, kDayMax);
  return CheckSubject("name", request.name(), wrong);
}

Scope CheckReceipts(const v1::ListReceiptsRequest& request, Violations& wrong) {
  return CheckSubject("parent", request.parent(), wrong);
}

Scope CheckRecompute(const v1::RecomputeAssessmentRequest& request, Violations& wrong) {
  wrong.Optional("receipt", request.receipt(), kReceiptNameMax);
  return CheckSubject("name", request.name(), wrong);
}

Scope CheckAlerts(const v1::ListAlertsRequest& request, Violations& wrong) {
  if (request.parent() == rpc::kAllCouncils) return Scope::OfAll();
  const Subject subject = ReadSubject("parent", request.parent(), wrong);
  if (!subject.is_council()) {
    wrong.Add("parent", fmt::format("\"{}\": want a council, or councils/- for all; filter by "
                                    "subject for one relationship",
                                    request.parent()));
  }
  return Scope::OfCouncil(subject.council_id, request.parent());
}

// An answer that touches a council, or a principal that its donors' groups rest on, that is parked
// is incomplete.
Result<void> TouchAllOf(const CouncilInputs& inputs, rpc::Reading& reading) {
  TL_TRY_VOID(reading.Touch(CouncilKey(inputs.council_id)));
  for (const std::string& principal : inputs.principals) {
    log::v1::EntityKey key;
    key.set_type("principal");
    key.set_id(principal);
    TL_TRY_VOID(reading.Touch(key));
  }
  return {};
}

// In the order in which they are to be looked at.
void FillRelationships(const std::vector<Assessed>& relationships,
                       v1::GetAssessmentResponse& answer) {
  std::vector<Scored> scored;
  for (const Assessed& one : relationships) {
    scored.push_back({ScoredId(one.subject.relationship_id), one.assessment});
  }
  SortForWork(scored);
  for (const Scored& place : scored) {
    const auto one = std::ranges::find_if(relationships, [&](const Assessed& assessed) {
      return assessed.subject.relationship_id == place.id.value();
    });
    *answer.add_relationships() = ScoreOf(*one);
  }
}

// A page begins behind the last receipt of the one before it: "partition/sequence".
std::string PlaceOf(const Receipt& receipt) {
  return fmt::format("{}/{}", receipt.partition.partition, receipt.sequence);
}

// All that was recorded before the receipt of that place.
Result<store::Cut> CutBefore(const std::string& place) {
  std::uint32_t partition = 0;
  log::Sequence sequence = 0;
  const char* const end = place.data() + place.size();
  const char* const slash = std::from_chars(place.data(), end, partition).ptr;
  if (slash != end && *slash == '/' && std::from_chars(slash + 1, end, sequence).ptr == end &&
      sequence > 0) {
    return store::Cut{{{std::string(kStream), partition}, sequence - 1}};
  }
  Violations wrong;
  wrong.Add("page_token", "is none of this list: begin again without one");
  TL_TRY_VOID(wrong.Verdict());
  return store::Cut();
}

Result<std::optional<Receipt>> FindReceipt(const store::CutReader& rows, const Subject& subject,
                                           const std::string& event) {
  if (event.empty()) return LastReceipt(rows, subject);
  std::optional<Receipt> found;
  TL_TRY_VOID(VisitReceipts(rows, subject, [&](Receipt receipt) {
    if (receipt.row.event() == event) found = std::move(receipt);
    return !found;
  }));
  return found;
}

}  // namespace

RiskService::RiskService(rpc::UnaryCalls& calls, const ServiceParts& parts)
    : calls_(calls), parts_(parts) {}

RiskService::~RiskService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const ServiceParts& parts) {
  return std::make_unique<RiskService>(calls, parts);
}

grpc::ServerUnaryReactor* RiskService::GetAssessment(grpc::CallbackServerContext* context,
                                                     const v1::GetAssessmentRequest* request,
                                                     v1::GetAssessmentResponse* response) {
  return calls_.Query(context, kGetAssessment, *request, *response, CheckGet,
                      [this](const auto& asked, rpc::Reading& reading, auto& answer) {
                        return FillAnswer(asked, reading, answer);
                      });
}

Result<void> RiskService::FillAnswer(const v1::GetAssessmentRequest& asked, rpc::Reading& reading,
                                     v1::GetAssessmentResponse& answer) const {
  const Subject subject = SubjectIn(asked.name());
  const Result<CouncilInputs> inputs = ReadCouncilInputs(reading.rows(), subject.council_id);
  if (!inputs) {
    return inputs.error().code == Code::kNotFound ? rpc::NotFound(asked.name()) : inputs.error();
  }
  TL_TRY_VOID(TouchAllOf(*inputs, reading));
  if (!subject.is_council() && std::ranges::find(inputs->relationships, subject.relationship_id) ==
                                   inputs->relationships.end()) {
    return rpc::NotFound(asked.name());
  }
  TL_TRY(const Day day, DayAsked(asked, *inputs, parts_.clock.Now()));
  const auto rows = parts_.runner.Snapshot();
  PastScores past(parts_.rules);
  const auto assess = [&](const Facts& facts) -> Result<Assessed> {
    TL_TRY(const Before before, past.BeforeDay(*rows, reading.rows(), facts.subject, day));
    return AssessRelationship(facts, parts_.rules, before);
  };
  if (subject.is_council()) {
    TL_TRY(std::vector<Facts> facts, FactsOf(*inputs, parts_.rules, day));
    const Facts all = std::move(facts.back());
    facts.pop_back();
    std::vector<Assessed> relationships;
    for (const Facts& of : facts) {
      TL_TRY(Assessed one, assess(of));
      relationships.push_back(std::move(one));
    }
    TL_TRY(const Before before, past.BeforeDay(*rows, reading.rows(), subject, day));
    TL_TRY(const Assessed whole, AssessWhole(all, relationships, parts_.rules, before));
    FillAssessment(whole, *inputs, parts_.rules, answer);
    FillRelationships(relationships, answer);
  } else {
    TL_TRY(const Assessed one,
           assess(FactsOfRelationship(*inputs, subject.relationship_id, parts_.rules, day)));
    FillAssessment(one, *inputs, parts_.rules, answer);
  }
  TL_TRY(const std::optional<Receipt> receipt, LastReceipt(reading.rows(), subject));
  if (receipt) *answer.mutable_receipt() = ResourceOf(receipt->row);
  return {};
}

grpc::ServerUnaryReactor* RiskService::ListReceipts(grpc::CallbackServerContext* context,
                                                    const v1::ListReceiptsRequest* request,
                                                    v1::ListReceiptsResponse* response) {
  return calls_.List(context, kListReceipts, *request, *response, CheckReceipts,
                     [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
                            auto& answer) -> Result<void> {
                       const Subject subject = SubjectIn(asked.parent());
                       TL_TRY_VOID(reading.Touch(CouncilKey(subject.council_id)));
                       std::string last;
                       const auto show = [&](const Receipt& receipt) {
                         if (answer.receipts_size() == page.size) {
                           page.next = last;
                           return false;
                         }
                         *answer.add_receipts() = ResourceOf(receipt.row);
                         last = PlaceOf(receipt);
                         return true;
                       };
                       if (page.after.empty()) {
                         TL_TRY_VOID(VisitReceipts(reading.rows(), subject, show));
                         if (last.empty()) return rpc::NotFound(asked.parent() + "/receipts");
                         return {};
                       }
                       TL_TRY(store::Cut before, CutBefore(page.after));
                       const auto rows = parts_.runner.Snapshot();
                       return VisitReceipts(store::CutReader(*rows, std::move(before)), subject,
                                            show);
                     });
}

grpc::ServerUnaryReactor* RiskService::RecomputeAssessment(
    grpc::CallbackServerContext* context, const v1::RecomputeAssessmentRequest* request,
    v1::RecomputeAssessmentResponse* response) {
  return calls_.Query(context, kRecompute, *request, *response, CheckRecompute,
                      [this](const auto& asked, rpc::Reading& reading, auto& answer) {
                        return FillRecomputed(asked, reading, answer);
                      });
}

Result<void> RiskService::FillRecomputed(const v1::RecomputeAssessmentRequest& asked,
                                         rpc::Reading& reading,
                                         v1::RecomputeAssessmentResponse& answer) const {
  const Subject subject = SubjectIn(asked.name());
  TL_TRY_VOID(reading.Touch(CouncilKey(subject.council_id)));
  TL_TRY(const std::optional<Receipt> receipt,
         FindReceipt(reading.rows(), subject, asked.receipt()));
  if (!receipt) {
    return rpc::NotFound(fmt::format("{}, receipt {}", asked.name(),
                                     asked.receipt().empty() ? "of any day" : asked.receipt()));
  }
  answer.set_name(asked.name());
  answer.set_receipt(receipt->row.event());
  const auto rows = parts_.runner.Snapshot();
  TL_TRY(const store::Cut read,
         projection::CutOf(*rows, parts_.founding, RiskProjection().streams()));
  const Result<std::vector<Comparison>> again = Recompute(*rows, read, *receipt, parts_.rules);
  if (!again && again.error().code == Code::kFailedPrecondition) {
    answer.set_verdict(v1::RECOMPUTE_VERDICT_INDETERMINATE);
    answer.set_missing(again.error().message);
    return {};
  }
  if (!again) return again.error();
  for (const Comparison& one : *again) {
    v1::HashComparison& comparison = *answer.add_comparisons();
    comparison.set_what(one.what);
    comparison.set_recorded(one.recorded);
    comparison.set_recomputed(one.recomputed);
  }
  answer.set_verdict(std::ranges::all_of(*again, &Comparison::same)
                         ? v1::RECOMPUTE_VERDICT_MATCH
                         : v1::RECOMPUTE_VERDICT_MISMATCH);
  return {};
}

grpc::ServerUnaryReactor* RiskService::ListAlerts(grpc::CallbackServerContext* context,
                                                  const v1::ListAlertsRequest* request,
                                                  v1::ListAlertsResponse* response) {
  return calls_.List(
      context, kListAlerts, *request, *response, CheckAlerts,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const auto only = rpc::OnlyCouncil<std::string>(asked.parent(), reading.admission());
        TL_TRY_VOID(only ? reading.Touch(CouncilKey(*only)) : reading.TouchAll());
        TL_TRY_VOID(rpc::RequireParent(asked.parent(), reading, [&reading](const std::string& id) {
          return reading.rows().Get(kScoredCouncils, {id});
        }));
        return AlertListing().Fill(asked, AlertSource(reading.rows(), only), page,
                                   *answer.mutable_alerts());
      });
}

}  // namespace twinledger::risk
