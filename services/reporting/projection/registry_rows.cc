#include "reporting/projection/registry_rows.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "platform/fields/partial_date.h"
#include "platform/projection/events_of.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::reporting {
namespace {

namespace events = registry::events::v1;
using events::RegistryEvent;
using projection::Unapplicable;
using Applied = std::optional<Unapplicable>;

// The new value of a field, if the event says one: an event that begins says all.
template <class Kind>
bool Says(const Kind& kind, std::string_view path) {
  if constexpr (requires { kind.paths(); }) {
    return std::ranges::find(kind.paths(), path) != kind.paths().end();
  } else {
    return true;
  }
}

// One event of one commit.
class RegistryApplication {
 public:
  RegistryApplication(const log::v1::Commit& commit, const RegistryEvent& event,
                      TimelineWriter& timeline, store::RowWriter& rows)
      : commit_(commit), event_(event), timeline_(timeline), rows_(rows) {}

  template <class Kind>
  Applied OnCouncil(const Kind& kind) {
    return Change(kCouncils, "council", kind.council_id(), {kind.council_id()}, [&](auto& row) {
      if (Says(kind, "display_name")) row.set_display_name(kind.fields().display_name());
      if (Says(kind, "status")) row.set_status(kind.fields().status());
    });
  }

  template <class Kind>
  Applied OnPartner(const Kind& kind) {
    return Change(kPartners, "partner", kind.partner_id(), {kind.partner_id()}, [&](auto& row) {
      if (Says(kind, "display_name")) row.set_display_name(kind.fields().display_name());
    });
  }

  template <class Kind>
  Applied OnOfficial(const Kind& kind) {
    return Change(kOfficials, "council", kind.council_id(), {kind.council_id(), kind.official_id()},
                  [&](auto& row) {
                    if (Says(kind, "office")) row.set_office(kind.fields().office());
                  });
  }

  template <class Kind>
  Applied OnPrincipal(const Kind& kind) {
    return Change(kPrincipals, "principal", kind.principal_id(), {kind.principal_id()},
                  [&](auto& row) {
                    if constexpr (requires { kind.registrar_id(); }) row.set_kind(kind.kind());
                    if (Says(kind, "display_name")) {
                      row.set_display_name(kind.fields().display_name());
                    }
                  });
  }

  // What begins or amends a relationship.
  template <class Kind>
  Applied OnFields(const Kind& kind, state::v1::EntryKind entry) {
    const events::RelationshipFields& fields = kind.fields();
    const bool recorded = entry == state::v1::ENTRY_KIND_RELATIONSHIP_RECORDED;
    const bool says_when = event_.provenance().has_occur_date() || !recorded;
    const events::PartialDate day = says_when ? event_.provenance().occur_date() : fields.since();
    return OnRelationship(kind, entry, day, [&](RelationshipRow& row) {
      if (Says(kind, "partner_id")) row.set_partner_id(fields.partner_id());
      if (Says(kind, "kind")) row.set_kind(fields.kind());
      if (Says(kind, "status")) row.set_status(fields.status());
      if (Says(kind, "since")) *row.mutable_since() = fields.since();
      if (Says(kind, "next_review_due")) *row.mutable_next_review_due() = fields.next_review_due();
      if (entry == state::v1::ENTRY_KIND_RELATIONSHIP_PROPOSED) {
        row.set_status(events::RELATIONSHIP_STATUS_PROPOSED);
      }
    });
  }

  // What a step of its life leaves it in, and when it was.
  template <class Kind>
  Applied OnStep(const Kind& kind, state::v1::EntryKind entry, events::RelationshipStatus status,
                 const events::PartialDate& day) {
    return OnRelationship(kind, entry, day, [&](RelationshipRow& row) {
      row.set_status(status);
      if (entry == state::v1::ENTRY_KIND_RELATIONSHIP_ESTABLISHED) *row.mutable_since() = day;
      if (!fields::IsBefore(fields::PartsOf(day), fields::PartsOf(row.last_step()))) {
        *row.mutable_last_step() = day;
      }
    });
  }

 private:
  template <class Kind, class Set>
  Applied OnRelationship(const Kind& kind, state::v1::EntryKind entry,
                         const events::PartialDate& day, const Set& set) {
    TimelineRow told;
    told.set_kind(entry);
    Applied failed = Change(kRelationships, "council", kind.council_id(),
                            {kind.council_id(), kind.relationship_id()}, [&](RelationshipRow& row) {
                              row.set_council_id(kind.council_id());
                              row.set_relationship_id(kind.relationship_id());
                              set(row);
                              told.set_status(row.status());
                            });
    if (failed) return failed;
    if (day.year() != 0) *told.mutable_occur_date() = day;
    if (event_.provenance().has_occur_end()) {
      *told.mutable_occur_end() = event_.provenance().occur_end();
    }
    if constexpr (requires { kind.paths(); }) *told.mutable_paths() = kind.paths();
    timeline_.Add(kind.council_id(), kind.relationship_id(), std::move(told));
    return std::nullopt;
  }

  template <class Row, class Set>
  Applied Change(const store::Table<Row>& table, std::string_view type, const std::string& id,
                 const store::RowKey& key, const Set& set) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, type, id)) return wrong;
    Result<std::optional<Row>> found = rows_.Get(table, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    Row row = *found ? **std::move(found) : Row();
    set(row);
    rows_.Put(table, key, row);
    return std::nullopt;
  }

  const log::v1::Commit& commit_;
  const RegistryEvent& event_;
  TimelineWriter& timeline_;
  store::RowWriter& rows_;
};

Applied Follow(const RegistryEvent& event, RegistryApplication& application) {
  switch (event.kind_case()) {
    case RegistryEvent::kCouncilRegistered:
      return application.OnCouncil(event.council_registered());
    case RegistryEvent::kCouncilAmended:
      return application.OnCouncil(event.council_amended());
    case RegistryEvent::kPartnerRegistered:
      return application.OnPartner(event.partner_registered());
    case RegistryEvent::kPartnerAmended:
      return application.OnPartner(event.partner_amended());
    case RegistryEvent::kOfficialRegistered:
      return application.OnOfficial(event.official_registered());
    case RegistryEvent::kOfficialAmended:
      return application.OnOfficial(event.official_amended());
    case RegistryEvent::kPrincipalRegistered:
      return application.OnPrincipal(event.principal_registered());
    case RegistryEvent::kPrincipalAmended:
      return application.OnPrincipal(event.principal_amended());
    case RegistryEvent::kRelationshipProposed:
      return application.OnFields(event.relationship_proposed(),
                                  state::v1::ENTRY_KIND_RELATIONSHIP_PROPOSED);
    case RegistryEvent::kRelationshipRecorded:
      return application.OnFields(event.relationship_recorded(),
                                  state::v1::ENTRY_KIND_RELATIONSHIP_RECORDED);
    case RegistryEvent::kRelationshipAmended:
      return application.OnFields(event.relationship_amended(),
                                  state::v1::ENTRY_KIND_RELATIONSHIP_AMENDED);
    case RegistryEvent::kRelationshipEstablished:
      return application.OnStep(
          event.relationship_established(), state::v1::ENTRY_KIND_RELATIONSHIP_ESTABLISHED,
          events::RELATIONSHIP_STATUS_ACTIVE, event.relationship_established().since());
    case RegistryEvent::kRelationshipSuspended:
      return application.OnStep(
          event.relationship_suspended(), state::v1::ENTRY_KIND_RELATIONSHIP_SUSPENDED,
          events::RELATIONSHIP_STATUS_SUSPENDED, event.relationship_suspended().suspended_on());
    case RegistryEvent::kRelationshipResumed:
      return application.OnStep(
          event.relationship_resumed(), state::v1::ENTRY_KIND_RELATIONSHIP_RESUMED,
          events::RELATIONSHIP_STATUS_ACTIVE, event.relationship_resumed().resumed_on());
    case RegistryEvent::kRelationshipEnded:
      return application.OnStep(
          event.relationship_ended(), state::v1::ENTRY_KIND_RELATIONSHIP_ENDED,
          events::RELATIONSHIP_STATUS_ENDED, event.relationship_ended().ended());
    case RegistryEvent::kCouncilReportingSinceSet:
    case RegistryEvent::kPrincipalMerged:
    case RegistryEvent::kStrategicAssetRegistered:
    case RegistryEvent::kStrategicAssetAmended:
    case RegistryEvent::kStrategicAssetCriticalitySet:
      return std::nullopt;
    case RegistryEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of the registry of a kind that this program does not know"};
}

}  // namespace

Applied FollowRegistry(const log::AcceptedCommit& accepted, TimelineWriter& timeline,
                       store::RowWriter& rows) {
  for (const auto& parsed : projection::EventsOf<RegistryEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    RegistryApplication application(accepted.commit, parsed.event, timeline, rows);
    if (Applied failed = Follow(parsed.event, application)) return failed;
    timeline.NextEvent();
  }
  return std::nullopt;
}

}  // namespace twinledger::reporting
