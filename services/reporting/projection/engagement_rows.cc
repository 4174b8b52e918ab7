#include "reporting/projection/engagement_rows.h"

#include <fmt/format.h>

#include <string>

#include "platform/projection/events_of.h"
#include "reporting/domain/outline.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"

namespace twinledger::reporting {
namespace {

using engagement::events::v1::EngagementEvent;
using projection::Unapplicable;
using PartialDate = registry::events::v1::PartialDate;
using Applied = std::optional<Unapplicable>;

constexpr const char* kCircumstances = "gift.circumstances_sealed";

bool HasCircumstances(const RecordFields& fields) {
  return !fields.gift().circumstances_sealed().empty();
}

// One event of one commit.
class RecordApplication {
 public:
  RecordApplication(const log::v1::Commit& commit, TimelineWriter& timeline, store::RowWriter& rows)
      : commit_(commit), timeline_(timeline), rows_(rows) {}

  Applied OnSubmitted(const engagement::events::v1::RecordSubmitted& event) {
    return Change(event, state::v1::ENTRY_KIND_RECORD_SUBMITTED,
                  [&](RecordRow& row, auto&) -> Applied {
                    row.set_state(state::v1::RECORD_STATE_SUBMITTED);
                    row.set_has_circumstances(HasCircumstances(event.fields()));
                    *row.mutable_fields() = OutlineOf(event.fields());
                    return std::nullopt;
                  });
  }

  Applied OnAmended(const engagement::events::v1::RecordAmended& event) {
    return Change(
        event, state::v1::ENTRY_KIND_RECORD_AMENDED, [&](RecordRow& row, auto&) -> Applied {
          for (const std::string& path : event.paths()) {
            if (!HasPath(row.fields(), path)) {
              return Unapplicable{fmt::format("amends {}, which this program does not know", path)};
            }
            CopyPath(event.fields(), path, *row.mutable_fields());
            if (path != kCircumstances) continue;
            row.set_has_circumstances(HasCircumstances(event.fields()));
          }
          row.set_state(state::v1::RECORD_STATE_SUBMITTED);
          *row.mutable_fields() = OutlineOf(row.fields());
          return std::nullopt;
        });
  }

  Applied OnRetracted(const engagement::events::v1::RecordRetracted& event) {
    return Change(event, state::v1::ENTRY_KIND_RECORD_RETRACTED,
                  [](RecordRow& row, auto&) -> Applied {
                    row.set_state_before_retraction(row.state());
                    row.set_state(state::v1::RECORD_STATE_RETRACTION_PENDING);
                    return std::nullopt;
                  });
  }

  // `of_retraction` is what the check of one that is pending comes to: it is confirmed, or was
  // none.
  template <class Kind>
  Applied OnCheck(const Kind& event, state::v1::EntryKind of_record, state::v1::RecordState state,
                  state::v1::EntryKind of_retraction) {
    return Change(event, of_record, [&](RecordRow& row, state::v1::EntryKind& entry) -> Applied {
      const state::v1::RecordState before = row.state_before_retraction();
      row.clear_state_before_retraction();
      if (row.state() != state::v1::RECORD_STATE_RETRACTION_PENDING) {
        row.set_state(state);
        return std::nullopt;
      }
      entry = of_retraction;
      row.set_state(of_retraction == state::v1::ENTRY_KIND_RETRACTION_CONFIRMED
                        ? state::v1::RECORD_STATE_RETRACTED
                        : before);
      return std::nullopt;
    });
  }

 private:
  // `set` changes the row, and may say that the entry is another one.
  template <class Kind, class Set>
  Applied Change(const Kind& event, state::v1::EntryKind entry, const Set& set) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", event.council_id())) {
      return wrong;
    }
    const store::RowKey key{event.council_id(), event.record_id()};
    Result<std::optional<RecordRow>> found = rows_.Get(kRecords, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    const bool begins = entry == state::v1::ENTRY_KIND_RECORD_SUBMITTED;
    if (begins == found->has_value()) {
      return Unapplicable{fmt::format("record {} {}", event.record_id(),
                                      begins ? "is there already" : "is not there")};
    }
    RecordRow row = *found ? **std::move(found) : RecordRow();
    const std::string left = row.fields().relationship_id();
    row.set_council_id(event.council_id());
    row.set_record_id(event.record_id());
    if (Applied failed = set(row, entry)) return failed;
    rows_.Put(kRecords, key, row);
    Tell(event, entry, row, left);
    return std::nullopt;
  }

  // A record that was moved is an event of both relationships.
  template <class Kind>
  void Tell(const Kind& event, state::v1::EntryKind entry, const RecordRow& row,
            const std::string& left) {
    TimelineRow told;
    told.set_kind(entry);
    told.set_record_id(row.record_id());
    *told.mutable_record() = row.fields();
    if constexpr (requires { event.paths(); }) *told.mutable_paths() = event.paths();
    if (entry == state::v1::ENTRY_KIND_RECORD_SUBMITTED) {
      const Days days = DaysOf(row.fields());
      if (fields::IsKnown(days.first)) {
        *told.mutable_occur_date() = fields::DateMessage<PartialDate>(days.first);
      }
      if (fields::IsKnown(days.last)) {
        *told.mutable_occur_end() = fields::DateMessage<PartialDate>(days.last);
      }
    }
    const std::string& here = row.fields().relationship_id();
    if (!left.empty() && left != here) timeline_.Add(row.council_id(), left, told);
    if (!here.empty()) timeline_.Add(row.council_id(), here, std::move(told));
  }

  const log::v1::Commit& commit_;
  TimelineWriter& timeline_;
  store::RowWriter& rows_;
};

Applied FollowRecord(const EngagementEvent& event, RecordApplication& application) {
  switch (event.kind_case()) {
    case EngagementEvent::kRecordSubmitted:
      return application.OnSubmitted(event.record_submitted());
    case EngagementEvent::kRecordAmended:
      return application.OnAmended(event.record_amended());
    case EngagementEvent::kRecordRetracted:
      return application.OnRetracted(event.record_retracted());
    case EngagementEvent::kRecordVerified:
      return application.OnCheck(event.record_verified(), state::v1::ENTRY_KIND_RECORD_VERIFIED,
                                 state::v1::RECORD_STATE_VERIFIED,
                                 state::v1::ENTRY_KIND_RETRACTION_CONFIRMED);
    case EngagementEvent::kRecordReturned:
      return application.OnCheck(event.record_returned(), state::v1::ENTRY_KIND_RECORD_RETURNED,
                                 state::v1::RECORD_STATE_RETURNED,
                                 state::v1::ENTRY_KIND_RETRACTION_RETURNED);
    case EngagementEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of engagements of a kind that this program does not know"};
}

}  // namespace

Applied FollowEngagement(const log::AcceptedCommit& accepted, TimelineWriter& timeline,
                         store::RowWriter& rows) {
  for (const auto& parsed : projection::EventsOf<EngagementEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    RecordApplication application(accepted.commit, timeline, rows);
    if (Applied failed = FollowRecord(parsed.event, application)) return failed;
    timeline.NextEvent();
  }
  return std::nullopt;
}

}  // namespace twinledger::reporting
