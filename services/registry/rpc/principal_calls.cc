#include "registry/rpc/answers.h"
#include "registry/rpc/lists.h"
#include "registry/rpc/registry_service.h"
#include "registry/rpc/resource_checks.h"
#include "registry/rpc/sealed_answers.h"

namespace twinledger::registry {
namespace {

using rpc::CallerIdentity;
using rpc::Scope;
using rpc::Violations;

constexpr std::string_view kCreatePrincipal =
    "twinledger.registry.v1.RegistryService/CreatePrincipal";
constexpr std::string_view kGetPrincipal = "twinledger.registry.v1.RegistryService/GetPrincipal";
constexpr std::string_view kListPrincipals =
    "twinledger.registry.v1.RegistryService/ListPrincipals";
constexpr std::string_view kUpdatePrincipal =
    "twinledger.registry.v1.RegistryService/UpdatePrincipal";
constexpr std::string_view kMergePrincipal =
    "twinledger.registry.v1.RegistryService/MergePrincipal";
constexpr std::string_view kListPrincipalHistory =
    "twinledger.registry.v1.RegistryService/ListPrincipalHistory";

constexpr auto kPerson = events::v1::PRINCIPAL_KIND_PERSON;

// Whose a principal is shows once it is looked up: MaySee.
Scope CheckCreatePrincipal(const v1::CreatePrincipalRequest& request, Violations& wrong) {
  wrong.Uuid("principal_id", request.principal_id());
  CheckPrincipalKind("principal.kind", request.principal().kind(), wrong);
  CheckFields("principal", request.principal(), Given::All(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfAll();
}

Scope CheckUpdatePrincipal(const v1::UpdatePrincipalRequest& request, Violations& wrong) {
  ReadPrincipalName("principal.name", request.principal().name(), wrong);
  wrong.Etag("etag", request.etag());
  CheckMask(request.update_mask(), AmendablePaths(events::v1::PrincipalFields()), wrong);
  CheckFields("principal", request.principal(), Given::Only(request.update_mask()), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfAll();
}

Scope CheckMergePrincipal(const v1::MergePrincipalRequest& request, Violations& wrong) {
  ReadPrincipalName("name", request.name(), wrong);
  wrong.Etag("etag", request.etag());
  if (!request.into().empty()) ReadPrincipalName("into", request.into(), wrong);
  CheckProvenance(request.provenance(), wrong);
  return Scope::OfAll();
}

template <class Request>
Scope CheckPrincipalName(const Request& request, Violations& wrong) {
  ReadPrincipalName("name", request.name(), wrong);
  return Scope::OfAll();
}

// Councils share organisations, as they share partners: the agency alone amends them.
Result<void> AuthorizeAmending(const Principal& principal, const CallerIdentity& caller) {
  if (principal.kind() == kPerson || !identity::IsOfCouncil(caller.role)) return {};
  return Error{.code = Code::kPermissionDenied,
               .message = NameOf(PrincipalId(principal.principal_id())) +
                          " is an organisation, which councils share: ask the agency to amend it",
               .reason = "NOT_PERMITTED",
               .metadata = {{"method", std::string(kUpdatePrincipal)},
                            {"role", std::string(identity::Name(caller.role))},
                            {"roles", "agency-analyst or agency-approver"}}};
}

// What a mask leaves out is not sealed either.
v1::Principal OnlyGiven(v1::Principal wished, const Given& given) {
  if (!given.Has("display_name")) wished.clear_display_name();
  if (!given.Has("aliases")) wished.clear_aliases();
  if (!given.Has("role")) wished.clear_role();
  return wished;
}

KeepSealed<Principal, PrincipalCommand> KeepNamesOf(const v1::Principal& wished,
                                                    const CallerIdentity& caller,
                                                    const SealedTexts& texts) {
  return [wished, caller, &texts](const Principal& current, PrincipalCommand& command) {
    // Nobody learns from an answer of "unchanged" how another council's person is called.
    if (current.kind() != kPerson || !MaySee(caller, current)) return;
    const SealedOwner owner = OwnerOf(PrincipalId(current.principal_id()));
    std::visit(
        [&](auto& wish) {
          if constexpr (requires { wish.fields; }) {
            texts.KeepSame(owner, current.sealed(), current.fields(), wished, wish.fields);
          }
        },
        command);
  };
}

// Fills the answer of a write on a principal.
template <class Answer>
Result<void> RenderWritten(const PrincipalId& id, const CallerView& view,
                           const writer::Outcome& outcome, const store::RowReader& rows,
                           const Prospect<Principal>& prospect, Answer& answer) {
  TL_TRY(auto found, FindPrincipal(rows, id));
  if (outcome.sequence == 0) found = ProspectOf(prospect);
  if (!found) return rpc::NotFound(NameOf(id));
  TL_TRY(*answer.mutable_principal(), view.Show(*found, rows));
  return {};
}

Error PrincipalNotFound(const PrincipalId& id) {
  return {Code::kNotFound,
          NameOf(id) + " does not exist: create it first, or correct its name",
          std::string(ReasonOf(Rejection::kPrincipalNotFound)),
          {{"name", NameOf(id)}}};
}

}  // namespace

grpc::ServerUnaryReactor* RegistryService::CreatePrincipal(
    grpc::CallbackServerContext* context, const v1::CreatePrincipalRequest* request,
    v1::CreatePrincipalResponse* response) {
  const auto prospect = NewProspect<Principal>();
  const auto caller = std::make_shared<CallerIdentity>();
  return calls_.Command(
      context, kCreatePrincipal, *request, *response, CheckCreatePrincipal,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        *caller = by.caller;
        const v1::Principal& wished = asked.principal();
        // Who is counted together is for those to say who merge.
        if (!wished.donor_group_id().empty()) {
          TL_TRY_VOID(rpc::AuthorizeMethod(by.caller, kMergePrincipal));
        }
        const PrincipalId id(asked.principal_id());
        const auto kind = static_cast<events::v1::PrincipalKind>(wished.kind());
        events::v1::PrincipalFields fields = FieldsOf(id, kind, wished);
        TL_TRY_VOID(RequireNamed(fields, by.caller));
        if (kind == kPerson) {
          TL_TRY_VOID(texts_.Seal(
              {OwnerOf(id), "principal_registered", asked.request_id(), asked.validate_only()},
              wished, fields));
        }
        return IntentOn(id,
                        RegisterPrincipal{kind, CouncilId(by.caller.council), std::move(fields)},
                        ProvenanceOf(asked.provenance(), by.caller), prospect,
                        KeepNamesOf(wished, by.caller, texts_));
      },
      [this, prospect, caller](const auto& asked, const writer::Outcome& outcome,
                               const store::RowReader& rows, auto& answer) {
        return RenderWritten(PrincipalId(asked.principal_id()), CallerView(texts_, *caller),
                             outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::GetPrincipal(grpc::CallbackServerContext* context,
                                                        const v1::GetPrincipalRequest* request,
                                                        v1::GetPrincipalResponse* response) {
  return calls_.Query(
      context, kGetPrincipal, *request, *response, CheckPrincipalName<v1::GetPrincipalRequest>,
      [this](const auto& asked, rpc::Reading& reading, auto& answer) -> Result<void> {
        const PrincipalId id = PrincipalIn(asked.name());
        TL_TRY_VOID(reading.Touch(KeyOf(id)));
        TL_TRY(const auto found, FindPrincipal(reading.rows(), id));
        const CallerIdentity& caller = reading.admission().caller;
        if (!found || !MaySee(caller, found->row)) return rpc::NotFound(asked.name());
        TL_TRY(*answer.mutable_principal(),
               CallerView(texts_, caller).Show(*found, reading.rows()));
        return {};
      });
}

// Names are opened of the principals that a page shows, not of those that it looks at.
grpc::ServerUnaryReactor* RegistryService::ListPrincipals(grpc::CallbackServerContext* context,
                                                          const v1::ListPrincipalsRequest* request,
                                                          v1::ListPrincipalsResponse* response) {
  return calls_.List(
      context, kListPrincipals, *request, *response,
      [](const auto&, Violations&) { return Scope::OfAll(); },
      [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
             auto& answer) -> Result<void> {
        TL_TRY_VOID(reading.TouchAll());
        const CallerIdentity& caller = reading.admission().caller;
        const auto may_see = [&caller](const Principal& principal) {
          return MaySee(caller, principal);
        };
        TL_TRY_VOID(PrincipalListing().Fill(asked, PrincipalSource(reading.rows(), may_see), page,
                                            *answer.mutable_principals()));
        const CallerView view(texts_, caller);
        for (v1::Principal& shown : *answer.mutable_principals()) {
          TL_TRY(const auto found, FindPrincipal(reading.rows(), PrincipalIn(shown.name())));
          if (found) {
            TL_TRY(shown, view.Show(*found, reading.rows()));
          }
        }
        return {};
      });
}

grpc::ServerUnaryReactor* RegistryService::UpdatePrincipal(
    grpc::CallbackServerContext* context, const v1::UpdatePrincipalRequest* request,
    v1::UpdatePrincipalResponse* response) {
  const auto prospect = NewProspect<Principal>();
  const auto caller = std::make_shared<CallerIdentity>();
  return calls_.Command(
      context, kUpdatePrincipal, *request, *response, CheckUpdatePrincipal,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        *caller = by.caller;
        const v1::Principal wished = OnlyGiven(asked.principal(), Given::Only(asked.update_mask()));
        TL_TRY(AmendPrincipal amendment, AmendmentOf(asked, wished, by.caller));
        return IntentOn(PrincipalIn(wished.name()), std::move(amendment),
                        ProvenanceOf(asked.provenance(), by.caller), prospect,
                        KeepNamesOf(wished, by.caller, texts_));
      },
      [this, prospect, caller](const auto& asked, const writer::Outcome& outcome,
                               const store::RowReader& rows, auto& answer) {
        return RenderWritten(PrincipalIn(asked.principal().name()), CallerView(texts_, *caller),
                             outcome, rows, prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::MergePrincipal(grpc::CallbackServerContext* context,
                                                          const v1::MergePrincipalRequest* request,
                                                          v1::MergePrincipalResponse* response) {
  const auto prospect = NewProspect<Principal>();
  const auto caller = std::make_shared<CallerIdentity>();
  return calls_.Command(
      context, kMergePrincipal, *request, *response, CheckMergePrincipal,
      [&](const auto& asked, const rpc::Admission& by) -> Result<rpc::Intent> {
        *caller = by.caller;
        registry::MergePrincipal merge{asked.etag(), std::nullopt};
        if (const PrincipalId into = PrincipalIn(asked.into()); !into.empty()) {
          TL_TRY(const Principal left, RequirePrincipal(into, by.caller));
          merge.into = {into, left.kind(), left.create_time_us()};
        }
        return IntentOn(PrincipalIn(asked.name()), std::move(merge),
                        ProvenanceOf(asked.provenance(), by.caller), prospect,
                        [](const Principal&, PrincipalCommand&) {});
      },
      [this, prospect, caller](const auto& asked, const writer::Outcome& outcome,
                               const store::RowReader& rows, auto& answer) {
        return RenderWritten(PrincipalIn(asked.name()), CallerView(texts_, *caller), outcome, rows,
                             prospect, answer);
      });
}

grpc::ServerUnaryReactor* RegistryService::ListPrincipalHistory(
    grpc::CallbackServerContext* context, const v1::ListPrincipalHistoryRequest* request,
    v1::ListPrincipalHistoryResponse* response) {
  return calls_.List(context, kListPrincipalHistory, *request, *response,
                     CheckPrincipalName<v1::ListPrincipalHistoryRequest>,
                     [this](const auto& asked, rpc::Reading& reading, rpc::Page& page,
                            auto& answer) -> Result<void> {
                       const PrincipalId id = PrincipalIn(asked.name());
                       TL_TRY_VOID(reading.Touch(KeyOf(id)));
                       TL_TRY(const auto versions, PrincipalVersions(reading.rows(), id));
                       const CallerIdentity& caller = reading.admission().caller;
                       if (!versions.empty() && !MaySee(caller, versions.front().version.row)) {
                         return rpc::NotFound(asked.name());
                       }
                       TL_TRY(const std::vector<HistoryEntry> history,
                              CallerView(texts_, caller).Show(versions, reading.rows()));
                       return AnswerHistory(history, reading, asked.name(), page, answer);
                     });
}

Result<AmendPrincipal> RegistryService::AmendmentOf(const v1::UpdatePrincipalRequest& asked,
                                                    const v1::Principal& wished,
                                                    const CallerIdentity& caller) const {
  const PrincipalId id = PrincipalIn(wished.name());
  TL_TRY(const Principal recorded, RequirePrincipal(id, caller));
  TL_TRY_VOID(AuthorizeAmending(recorded, caller));
  if (Given::Only(asked.update_mask()).Has("donor_group_id")) {
    TL_TRY_VOID(rpc::AuthorizeMethod(caller, kMergePrincipal));
  }
  AmendPrincipal amendment{asked.etag(), FieldsOf(id, recorded.kind(), wished),
                           PathsOf(asked.update_mask())};
  TL_TRY_VOID(RequireNamed(amendment.fields, caller));
  if (recorded.kind() != kPerson) return amendment;
  amendment.paths = SealedPathsOf(asked.update_mask(), amendment.fields);
  TL_TRY_VOID(
      texts_.Seal({OwnerOf(id), "principal_amended", asked.request_id(), asked.validate_only()},
                  wished, amendment.fields));
  return amendment;
}

Result<Principal> RegistryService::RequirePrincipal(const PrincipalId& id,
                                                    const CallerIdentity& caller) const {
  const auto snapshot = runner_.Snapshot();
  TL_TRY(auto found, FindPrincipal(store::CutReader(*snapshot), id));
  if (!found || !MaySee(caller, found->row)) return PrincipalNotFound(id);
  return std::move(found->row);
}

Result<void> RegistryService::RequireNamed(const events::v1::PrincipalFields& fields,
                                           const CallerIdentity& caller) const {
  for (const std::string& named : {fields.organisation_id(), fields.acting_for_id()}) {
    if (named.empty()) continue;
    TL_TRY_VOID(RequirePrincipal(PrincipalId(named), caller));
  }
  return {};
}

}  // namespace twinledger::registry
