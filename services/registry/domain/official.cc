#include "registry/domain/official.h"

#include "platform/fields/field_paths.h"
#include "registry/domain/amendment.h"

namespace twinledger::registry {
namespace {

using events::v1::OfficialFields;

std::optional<Rejected> TermForbids(const OfficialFields& fields) {
  if (!IsBefore(fields.until(), fields.since())) return std::nullopt;
  return Rejected{Rejection::kTermReversed, ToText(fields.until())};
}

Decision DecideOn(const OfficialSituation& situation, const RegisterOfficial& command,
                  const Context& context) {
  if (situation.official) {
    if (fields::DifferingPaths(situation.official->fields(), command.fields).empty()) {
      return Events{};
    }
    return Reject(Rejection::kOfficialExists, context.current_etag);
  }
  if (const auto forbidden = ForbidsBeginning(situation.council)) {
    return tl::make_unexpected(*forbidden);
  }
  if (const auto forbidden = TermForbids(command.fields)) return tl::make_unexpected(*forbidden);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_official_registered()->set_council_id(situation.council_id.value());
  event.mutable_official_registered()->set_official_id(situation.official_id.value());
  *event.mutable_official_registered()->mutable_fields() = command.fields;
  return Events{std::move(event)};
}

Decision DecideOn(const OfficialSituation& situation, const AmendOfficial& command,
                  const Context& context) {
  if (!situation.official) return Reject(Rejection::kOfficialNotFound);
  if (command.etag != context.current_etag) {
    return Reject(Rejection::kEtagMismatch, context.current_etag);
  }
  Amendment amendment = Amend(situation.official->fields(), command.fields, command.paths);
  if (amendment.paths.empty()) return Events{};
  if (const auto forbidden = TermForbids(amendment.result)) return tl::make_unexpected(*forbidden);
  Event event;
  *event.mutable_provenance() = context.provenance;
  event.mutable_official_amended()->set_council_id(situation.council_id.value());
  event.mutable_official_amended()->set_official_id(situation.official_id.value());
  Render(std::move(amendment), *event.mutable_official_amended());
  return Events{std::move(event)};
}

}  // namespace

Decision Decide(const OfficialSituation& situation, const OfficialCommand& command,
                const Context& context) {
  if (const auto early = HasNotHappened(context)) return tl::make_unexpected(*early);
  return std::visit([&](const auto& wish) { return DecideOn(situation, wish, context); }, command);
}

Official Evolve(Official official, const Event& event) {
  if (event.has_official_registered()) {
    official.set_council_id(event.official_registered().council_id());
    official.set_official_id(event.official_registered().official_id());
    *official.mutable_fields() = event.official_registered().fields();
  } else if (event.has_official_amended()) {
    Fold(event.official_amended(), *official.mutable_fields());
  }
  return official;
}

}  // namespace twinledger::registry
