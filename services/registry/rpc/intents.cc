#include "registry/rpc/intents.h"

#include <set>
#include <string>
#include <utility>
#include <variant>

#include "registry/rpc/refusals.h"

namespace twinledger::registry {
namespace {

template <class Row>
Context ContextOf(const std::optional<Versioned<Row>>& current, events::v1::Provenance provenance,
                  const writer::DecisionContext& decision) {
  return {std::move(provenance), current ? current->etag : "", LatestDay(decision.record_time)};
}

// What the writer records, and in `prospect` what becomes of the record.
template <class Row>
writer::Decision Settle(const Decision& decision, const std::string& name,
                        const std::optional<Versioned<Row>>& current, std::optional<Row>& prospect,
                        log::v1::ReleaseClass release_class = log::v1::RELEASE_CLASS_PUBLIC) {
  if (!decision) return RefusalOf(decision.error(), name);
  Row row = current ? current->row : Row();
  writer::Events events;
  events.release_class = release_class;
  for (const Event& event : *decision) {
    events.events.push_back(event.SerializeAsString());
    row = Evolve(std::move(row), event);
  }
  prospect = std::move(row);
  return events;
}

// The partners whose other relationships a command looks at: of a record that is begun or amended
// the one that it has, and the one that it shall have.
std::set<std::string> PartnersOf(const std::optional<Relationship>& current,
                                 const RelationshipCommand& command) {
  std::set<std::string> partners;
  std::visit(
      [&](const auto& wish) {
        if constexpr (requires { wish.fields; }) {
          if (current) partners.insert(current->fields().partner_id());
          partners.insert(wish.fields.partner_id());
        }
      },
      command);
  partners.erase("");  // An amendment may leave it out.
  return partners;
}

// Of what councils keep of their own: for them and the agency.
constexpr auto kOfCouncils = log::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY;

log::v1::ReleaseClass ReleaseClassOf(const std::optional<Principal>& current,
                                     const PrincipalCommand& command) {
  const auto* registering = std::get_if<RegisterPrincipal>(&command);
  const auto kind = current       ? current->kind()
                    : registering ? registering->kind
                                  : events::v1::PRINCIPAL_KIND_UNSPECIFIED;
  return kind == events::v1::PRINCIPAL_KIND_PERSON ? kOfCouncils : log::v1::RELEASE_CLASS_PUBLIC;
}

template <class Row>
std::optional<Row> RowOf(const std::optional<Versioned<Row>>& current) {
  return current ? std::optional(current->row) : std::nullopt;
}

}  // namespace

rpc::Intent IntentOn(CouncilId id, CouncilCommand command, events::v1::Provenance provenance,
                     Prospect<Council> prospect) {
  log::v1::EntityKey key = KeyOf(id);
  return {std::move(key),
          [id = std::move(id), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Council>> current, FindCouncil(rows, id));
            return Settle(
                Decide(id, RowOf(current), command, ContextOf(current, provenance, decision)),
                NameOf(id), current, *prospect);
          }};
}

rpc::Intent IntentOn(PartnerId id, PartnerCommand command, events::v1::Provenance provenance,
                     Prospect<Partner> prospect) {
  log::v1::EntityKey key = KeyOf(id);
  return {std::move(key),
          [id = std::move(id), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Partner>> current, FindPartner(rows, id));
            return Settle(
                Decide(id, RowOf(current), command, ContextOf(current, provenance, decision)),
                NameOf(id), current, *prospect);
          }};
}

rpc::Intent IntentOn(RelationshipName name, RelationshipCommand command,
                     events::v1::Provenance provenance, Prospect<Relationship> prospect,
                     std::optional<Error> unmet) {
  log::v1::EntityKey key = KeyOf(name.council);
  return {std::move(key),
          [name = std::move(name), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            Situation situation{name.council, name.relationship};
            TL_TRY(const std::optional<Versioned<Council>> council,
                   FindCouncil(rows, name.council));
            if (council) situation.council = council->row;
            TL_TRY(const std::optional<Versioned<Relationship>> current,
                   FindRelationship(rows, name.council, name.relationship));
            if (current) situation.relationship = current->row;
            for (const std::string& partner : PartnersOf(situation.relationship, command)) {
              TL_TRY(std::vector<Versioned<Relationship>> others,
                     OpenRelationshipsWith(rows, name.council, PartnerId(partner)));
              for (Versioned<Relationship>& other : others) {
                situation.others.push_back(std::move(other.row));
              }
            }
            return Settle(Decide(situation, command, ContextOf(current, provenance, decision)),
                          NameOf(name.council, name.relationship), current, *prospect);
          },
          std::move(unmet)};
}

rpc::Intent IntentOn(AssetName name, StrategicAssetCommand command,
                     events::v1::Provenance provenance, Prospect<StrategicAsset> prospect) {
  log::v1::EntityKey key = KeyOf(name.council);
  return {std::move(key),
          [name = std::move(name), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Council>> council,
                   FindCouncil(rows, name.council));
            TL_TRY(const std::optional<Versioned<StrategicAsset>> current,
                   FindStrategicAsset(rows, name.council, name.asset));
            const StrategicAssetSituation situation{name.council, name.asset, RowOf(council),
                                                    RowOf(current)};
            return Settle(Decide(situation, command, ContextOf(current, provenance, decision)),
                          NameOf(name.council, name.asset), current, *prospect,
                          log::v1::RELEASE_CLASS_AGENCY);
          }};
}

rpc::Intent IntentOn(OfficialName name, OfficialCommand command, events::v1::Provenance provenance,
                     Prospect<Official> prospect, KeepSealed<Official, OfficialCommand> keep) {
  log::v1::EntityKey key = KeyOf(name.council);
  return {std::move(key),
          [name = std::move(name), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect), keep = std::move(keep)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Council>> council,
                   FindCouncil(rows, name.council));
            TL_TRY(const std::optional<Versioned<Official>> current,
                   FindOfficial(rows, name.council, name.official));
            OfficialCommand wish = command;
            if (current) keep(current->row, wish);
            const OfficialSituation situation{name.council, name.official, RowOf(council),
                                              RowOf(current)};
            return Settle(Decide(situation, wish, ContextOf(current, provenance, decision)),
                          NameOf(name.council, name.official), current, *prospect, kOfCouncils);
          }};
}

rpc::Intent IntentOn(PrincipalId id, PrincipalCommand command, events::v1::Provenance provenance,
                     Prospect<Principal> prospect, KeepSealed<Principal, PrincipalCommand> keep) {
  log::v1::EntityKey key = KeyOf(id);
  return {std::move(key),
          [id = std::move(id), command = std::move(command), provenance = std::move(provenance),
           prospect = std::move(prospect), keep = std::move(keep)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Principal>> current, FindPrincipal(rows, id));
            PrincipalCommand wish = command;
            if (current) keep(current->row, wish);
            const std::optional<Principal> row = RowOf(current);
            return Settle(Decide(id, row, wish, ContextOf(current, provenance, decision)),
                          NameOf(id), current, *prospect, ReleaseClassOf(row, command));
          }};
}

}  // namespace twinledger::registry
