#include "registry/domain/principal.h"

#include <tuple>

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

using events::v1::PrincipalFields;
using Verdict = std::optional<Rejected>;

Verdict NamesItself(const PrincipalId& id, const PrincipalFields& fields) {
  if (fields.organisation_id() == id.value()) {
    return Rejected{Rejection::kNamesItself, "organisation"};
  }
  if (fields.acting_for_id() == id.value()) return Rejected{Rejection::kNamesItself, "acting_for"};
  return std::nullopt;
}

Verdict MergeForbids(const Principal& principal, const MergePrincipal::Into& into) {
  if (into.id.value() == principal.principal_id()) {
    return Rejected{Rejection::kNamesItself, "into"};
  }
  if (into.kind != principal.kind()) {
    return Rejected{Rejection::kKindsDiffer, events::v1::PrincipalKind_Name(into.kind)};
  }
  const std::tuple own{principal.create_time_us(), principal.principal_id()};
  if (own < std::tuple{into.create_time_us, into.id.value()}) {
    return Rejected{Rejection::kMergesIntoYounger, into.id.value()};
  }
  return std::nullopt;
}

Decision DecideOn(const PrincipalId& id, const std::optional<Principal>& principal,
                  const RegisterPrincipal& command, const Context& context) {
  if (principal) {
    if (principal->kind() == command.kind &&
        fields::DifferingPaths(principal->fields(), command.fields).empty()) {
      return Events{};
    }
    return Reject(Rejection::kPrincipalExists, context.current_etag);
  }
  if (const Verdict forbidden = NamesItself(id, command.fields)) {
    return tl::make_unexpected(*forbidden);
  }
  Event event;
  *event.mutable_provenance() = context.provenance;
  auto& registered = *event.mutable_principal_registered();
  registered.set_principal_id(id.value());
  registered.set_kind(command.kind);
  registered.set_registrar_id(command.registrar.value());
  *registered.mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const PrincipalId& id, const std::optional<Principal>& principal,
                  const AmendPrincipal& command, const Context& context) {
  if (!principal) return Reject(Rejection::kPrincipalNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  Amendment amendment = Amend(principal->fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  if (const Verdict forbidden = NamesItself(id, amendment.result)) {
    return tl::make_unexpected(*forbidden);
  }
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_principal_amended()->set_principal_id(id.value());
  Render(std::move(amendment), *event.mutable_principal_amended());
  return Events{std::move(event)};
}

Decision DecideOn(const PrincipalId& id, const std::optional<Principal>& principal,
                  const MergePrincipal& command, const Context& context) {
  if (!principal) return Reject(Rejection::kPrincipalNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  const std::string into = command.into ? command.into->id.value() : "";
  if (principal->merged_into_id() == into) return Events{};
  if (command.into) {
    if (const Verdict forbidden = MergeForbids(*principal, *command.into)) {
      return tl::make_unexpected(*forbidden);
    }
  }
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_principal_merged()->set_principal_id(id.value());
  event.mutable_principal_merged()->set_into_id(into);
  return Events{std::move(event)};
}

}  // namespace

Decision Decide(const PrincipalId& id, const std::optional<Principal>& principal,
                const PrincipalCommand& command, const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit([&](const auto& wish) { return DecideOn(id, principal, wish, context); },
                    command);
}

Principal Evolve(Principal principal, const Event& event) {
  if (event.has_principal_registered()) {
    principal.set_principal_id(event.principal_registered().principal_id());
    principal.set_kind(event.principal_registered().kind());
    principal.set_registrar_id(event.principal_registered().registrar_id());
    *principal.mutable_fields() = event.principal_registered().fields();
  } else if (event.has_principal_amended()) {
    Fold(event.principal_amended(), *principal.mutable_fields());
  } else if (event.has_principal_merged()) {
    principal.set_merged_into_id(event.principal_merged().into_id());
  }
  return principal;
}

}  // namespace twinledger::registry
