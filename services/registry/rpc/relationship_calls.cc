#include "platform/rpc/council_scope.h"
#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kProposeRelationship =
    "twinledger.registry.v1.RegistryService/ProposeRelationship";
constexpr std::string_view kRecordRelationship =
    "twinledger.registry.v1.RegistryService/RecordRelationship";
constexpr std::string_view kGetRelationship =
    "twinledger.registry.v1.RegistryService/GetRelationship";
constexpr std::string_view kListRelationships =
    "twinledger.registry.v1.RegistryService/ListRelationships";
constexpr std::string_view kUpdateRelationship =
    "twinledger.registry.v1.RegistryService/UpdateRelationship";
constexpr std::string_view kListRelationshipHistory =
    "twinledger.registry.v1.RegistryService/ListRelationshipHistory";

template <class Request>
Scope CheckBeginning(const Request& request, Violations& wrong) {
  const CouncilId council = ReadCouncilName("parent", request.parent(), wrong);
  wrong.Uuid("relationship_id", request.relationship_id());
  CheckFields("relationship", request.relationship(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(council.value(), request.parent());
}

Scope CheckPropose(const v1::ProposeRelationshipRequest& request, Violations& wrong) {
  const v1::Relationship& proposed = request.relationship();
  const auto leave_out = [&](std::string_view field, bool given) {
    if (given) wrong.Add(field, "given: leave it out, a proposal has none yet");
  };
  leave_out("relationship.status", proposed.status() != v1::RELATIONSHIP_STATUS_UNSPECIFIED &&
                                       proposed.status() != v1::RELATIONSHIP_STATUS_PROPOSED);
  leave_out("relationship.since", proposed.has_since());
  leave_out("relationship.ended", proposed.has_ended());
  leave_out("relationship.end_reason", !proposed.end_reason().empty());
  return CheckBeginning(request, wrong);
}

Scope CheckRecord(const v1::RecordRelationshipRequest& request, Violations& wrong) {
  if (request.relationship().status() == v1::RELATIONSHIP_STATUS_UNSPECIFIED) {
    wrong.Add("relationship.status",
              "not given: say what the source says, RELATIONSHIP_STATUS_UNKNOWN if it does not");
  }
  return CheckBeginning(request, wrong);
}

Scope CheckUpdateRelationship(const v1::UpdateRelationshipRequest& request, Violations& wrong) {
  const v1::Relationship& amended = request.relationship();
  const RelationshipName name = ReadRelationshipName("relationship.name", amended.name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::RelationshipFields()), wrong);
  const Given given = Given::Only(request.update_mask());
  CheckFields("relationship", amended, given, wrong);
  if (given.Has("status") && amended.status() == v1::RELATIONSHIP_STATUS_UNSPECIFIED) {
    wrong.Add("relationship.status",
              "not given: a relationship has a status, RELATIONSHIP_STATUS_UNKNOWN if need be");
  }
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(name.council.value(), amended.name());
}

template <class Request>
Scope CheckRelationshipName(const Request& request, Violations& wrong) {
  const RelationshipName name = ReadRelationshipName("name", request.name(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

template <class Request>
RelationshipName NameIn(const Request& request) {
  return {CouncilIn(request.parent()), RelationshipId(request.relationship_id())};
}

// Fills the answer of a write on the relationship `name`.
template <class Answer>
Result<void> RenderWritten(const RelationshipName& name, const writer::Outcome& outcome,
                           const store::RowReader& rows, const Prospect<Relationship>& prospect,
                           Answer& answer) {
  TL_TRY(const auto found, FindRelationship(rows, name.council, name.relationship));
  return AnswerWritten(found, NameOf(name.council, name.relationship), outcome, prospect,
                       *answer.mutable_relationship());
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::ProposeRelationship(
    grpc::CallbackServerContext* context, const v1::ProposeRelationshipRequest* request,
    v1::ProposeRelationshipResponse* response) {
  const auto prospect = NewProspect<Relationship>();
  return calls_.Command(
      context, kProposeRelationship, *request, *response, CheckPropose,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::RelationshipFields fields = FieldsOf(asked.relationship());
        fields.clear_status();  // PROPOSED, if it was given at all.
        TL_TRY(std::optional<Error> unmet, MissingPartner(PartnerId(fields.partner_id())));
        return IntentOn(NameIn(asked), Propose{std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect, std::move(unmet));
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(NameIn(asked), outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::RecordRelationship(
    grpc::CallbackServerContext* context, const v1::RecordRelationshipRequest* request,
    v1::RecordRelationshipResponse* response) {
  const auto prospect = NewProspect<Relationship>();
  return calls_.Command(
      context, kRecordRelationship, *request, *response, CheckRecord,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::RelationshipFields fields = FieldsOf(asked.relationship());
        TL_TRY(std::optional<Error> unmet, MissingPartner(PartnerId(fields.partner_id())));
        return IntentOn(NameIn(asked), Record{std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect, std::move(unmet));
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(NameIn(asked), outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::GetRelationship(
    grpc::CallbackServerContext* context, const v1::GetRelationshipRequest* request,
    v1::GetRelationshipResponse* response) {
  return calls_.Query(context, kGetRelationship, *request, *response,
                      CheckRelationshipName<v1::GetRelationshipRequest>,
                      [](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
                        const RelationshipName name = RelationshipIn(asked.name());
                        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
                        TL_TRY(const auto found,
                               FindRelationship(reading.rows(), name.council, name.relationship));
                        return AnswerFound(found, asked.name(), *answer.mutable_relationship());
                      });
}

grpc::ServerUnaryReactor* RegistryService::ListRelationships(
    grpc::CallbackServerContext* context, const v1::ListRelationshipsRequest* request,
    v1::ListRelationshipsResponse* response) {
  return calls_.List(
      context, kListRelationships, *request, *response,
      rpc::CheckParent<v1::ListRelationshipsRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const auto only = rpc::OnlyCouncil<CouncilId>(asked.parent(), reading.admission());
        TL_TRY_VOID(only ? reading.Touch(KeyOf(*only)) : reading.TouchAll());
        TL_TRY_VOID(RequireParent(asked.parent(), reading));
        return RelationshipListing().Fill(asked, RelationshipSource(reading.rows(), only), page,
                                          *answer.mutable_relationships());
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdateRelationship(
    grpc::CallbackServerContext* context, const v1::UpdateRelationshipRequest* request,
    v1::UpdateRelationshipResponse* response) {
  const auto prospect = NewProspect<Relationship>();
  return calls_.Command(
      context, kUpdateRelationship, *request, *response, CheckUpdateRelationship,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        events::v1::RelationshipFields fields = FieldsOf(asked.relationship());
        std::optional<Error> unmet;
        if (Given::Only(asked.update_mask()).Has("partner")) {
          TL_TRY(unmet, MissingPartner(PartnerId(fields.partner_id())));
        }
        return IntentOn(
            RelationshipIn(asked.relationship().name()),
            AmendRelationship{asked.etag(), std::move(fields), PathsOf(asked.update_mask())},
            ProvenanceOf(asked.provenance(), by.caller), prospect, std::move(unmet));
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) {
        return RenderWritten(RelationshipIn(asked.relationship().name()), outcome, rows, prospect,
                             answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::ListRelationshipHistory(
    grpc::CallbackServerContext* context, const v1::ListRelationshipHistoryRequest* request,
    v1::ListRelationshipHistoryResponse* response) {
  return calls_.List(
      context, kListRelationshipHistory, *request, *response,
      CheckRelationshipName<v1::ListRelationshipHistoryRequest>,
      [](const auto& asked, rpc::Reading& reading, rpc::Page& page, auto& answer) -> Result<void> {
        const RelationshipName name = RelationshipIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(name.council)));
        TL_TRY(const std::vector<HistoryEntry> history,
               RelationshipHistory(reading.rows(), name.council, name.relationship));
        return AnswerHistory(history, reading, asked.name(), page, answer);
      });
}

}  // namespace twinledger::registry
