// The commands that move a relationship through its life cycle. They differ in what they say; how
// they run is one template.
#include "registry/rpc/answers.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"

namespace twinledger::registry {
namespace {

using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kEstablish =
    "twinledger.registry.v1.RegistryService/EstablishRelationship";
constexpr std::string_view kSuspend = "twinledger.registry.v1.RegistryService/SuspendRelationship";
constexpr std::string_view kResume = "twinledger.registry.v1.RegistryService/ResumeRelationship";
constexpr std::string_view kEnd = "twinledger.registry.v1.RegistryService/EndRelationship";

void CheckStep(const v1::EstablishRelationshipRequest& request, Violations& wrong) {
  RequireDate("since", request.since(), wrong);
}
void CheckStep(const v1::SuspendRelationshipRequest& request, Violations& wrong) {
  wrong.Required("grounds", request.grounds(), kTextCharactersMax);
  CheckDate("suspended_on", request.suspended_on(), wrong);
}
void CheckStep(const v1::ResumeRelationshipRequest& request, Violations& wrong) {
  CheckDate("resumed_on", request.resumed_on(), wrong);
}
void CheckStep(const v1::EndRelationshipRequest& request, Violations& wrong) {
  RequireDate("ended", request.ended(), wrong);
  wrong.Required("end_reason", request.end_reason(), kTextCharactersMax);
}

RelationshipCommand CommandOf(const v1::EstablishRelationshipRequest& request) {
  return Establish{request.etag(), DateOf(request.since())};
}
RelationshipCommand CommandOf(const v1::SuspendRelationshipRequest& request) {
  return Suspend{request.etag(), request.grounds(), DateOf(request.suspended_on())};
}
RelationshipCommand CommandOf(const v1::ResumeRelationshipRequest& request) {
  return Resume{request.etag(), DateOf(request.resumed_on())};
}
RelationshipCommand CommandOf(const v1::EndRelationshipRequest& request) {
  return End{request.etag(), DateOf(request.ended()), request.end_reason()};
}

template <class Request>
Scope CheckLifeCycle(const Request& request, Violations& wrong) {
  const RelationshipName name = ReadRelationshipName("name", request.name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckStep(request, wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfCouncil(name.council.value(), request.name());
}

template <class Request, class Response>
grpc::ServerUnaryReactor* Run(rpc::UnaryCalls& calls, grpc::CallbackServerContext* context,
                              std::string_view method, const Request& request, Response& response) {
  const auto prospect = NewProspect<Relationship>();
  return calls.Command(
      context, method, request, response, CheckLifeCycle<Request>,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        return IntentOn(RelationshipIn(asked.name()), CommandOf(asked),
                        ProvenanceOf(asked.provenance(), by.caller), prospect);
      },
      [prospect](const auto& asked, const writer::Outcome& outcome, const store::RowReader& rows,
                 auto& answer) -> Result<void> {
        const RelationshipName name = RelationshipIn(asked.name());
        TL_TRY(const auto found, FindRelationship(rows, name.council, name.relationship));
        return AnswerWritten(found, asked.name(), outcome, prospect,
                             *answer.mutable_relationship());
      });
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::EstablishRelationship(
    grpc::CallbackServerContext* context, const v1::EstablishRelationshipRequest* request,
    v1::EstablishRelationshipResponse* response) {
  return Run(calls_, context, kEstablish, *request, *response);
}

grpc::ServerUnaryReactor* RegistryService::SuspendRelationship(
    grpc::CallbackServerContext* context, const v1::SuspendRelationshipRequest* request,
    v1::SuspendRelationshipResponse* response) {
  return Run(calls_, context, kSuspend, *request, *response);
}

grpc::ServerUnaryReactor* RegistryService::ResumeRelationship(
    grpc::CallbackServerContext* context, const v1::ResumeRelationshipRequest* request,
    v1::ResumeRelationshipResponse* response) {
  return Run(calls_, context, kResume, *request, *response);
}

grpc::ServerUnaryReactor* RegistryService::EndRelationship(
    grpc::CallbackServerContext* context, const v1::EndRelationshipRequest* request,
    v1::EndRelationshipResponse* response) {
  return Run(calls_, context, kEnd, *request, *response);
}

}  // namespace twinledger::registry
