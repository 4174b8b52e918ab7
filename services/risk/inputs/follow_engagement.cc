#include "risk/inputs/follow_engagement.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "platform/projection/events_of.h"
#include "risk/inputs/input_tables.h"
#include "risk/inputs/scored_fields.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"

namespace twinledger::risk {
namespace {

using engagement::events::v1::EngagementEvent;
using engagement::events::v1::RecordAmended;
using engagement::events::v1::RecordSubmitted;
using projection::Unapplicable;
using state::v1::ScoredRecordRow;
using Applied = std::optional<Unapplicable>;

// What of an event is scored. Two projections keep the same of it.
struct ScoredEvent {
  RecordFields fields;
  std::string row;  // Of an event that begins a record: as it is stored.
};

std::string RowOf(const log::v1::Commit& commit, const RecordSubmitted& event) {
  ScoredRecordRow row;
  row.set_council_id(event.council_id());
  row.set_record_id(event.record_id());
  *row.mutable_fields() = ScoredFields(event.fields());
  row.set_state(state::v1::RECORD_STATE_SUBMITTED);
  row.set_update_time_us(commit.record_time_us());
  return row.SerializeAsString();
}

// In the commit's order.
const std::vector<ScoredEvent>& ScoredOf(const log::AcceptedCommit& accepted) {
  const auto& events = projection::EventsOf<EngagementEvent>(accepted);
  return accepted.made.Get<std::vector<ScoredEvent>>([&] {
    std::vector<ScoredEvent> all;
    all.reserve(events.size());
    for (const auto& parsed : events) {
      ScoredEvent& scored = all.emplace_back();
      if (!parsed.parses || !parsed.unknown.empty()) continue;
      const EngagementEvent& event = parsed.event;
      if (event.has_record_amended()) scored.fields = ScoredFields(event.record_amended().fields());
      if (event.has_record_submitted()) {
        scored.row = RowOf(accepted.commit, event.record_submitted());
      }
    }
    return all;
  });
}

// One event of one commit.
class RecordApplication {
 public:
  RecordApplication(const log::v1::Commit& commit, const ScoredEvent& scored,
                    store::RowWriter& rows)
      : commit_(commit), scored_(scored), rows_(rows) {}

  Applied Submitted(const RecordSubmitted& event) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", event.council_id())) {
      return wrong;
    }
    const Result<std::optional<ScoredRecordRow>> found = rows_.Get(kScoredRecords, KeyOf(event));
    if (!found.ok()) return Unapplicable{found.error().message};
    if (*found) return Unapplicable{fmt::format("record {} is there already", event.record_id())};
    rows_.PutBytes(kScoredRecords.id, KeyOf(event), scored_.row);
    return std::nullopt;
  }

  Applied Amended(const RecordAmended& event) {
    return On(event, [&](ScoredRecordRow& row) -> Applied {
      for (const std::string& path : event.paths()) {
        if (!HasPath(row.fields().content_case(), path)) {
          return Unapplicable{fmt::format("amends {}, which this program does not know", path)};
        }
        CopyPath(scored_.fields, path, *row.mutable_fields());
      }
      row.set_state(state::v1::RECORD_STATE_SUBMITTED);  // The check was of what it said before.
      return std::nullopt;
    });
  }

  Applied Retracted(const engagement::events::v1::RecordRetracted& event) {
    return On(event, [](ScoredRecordRow& row) -> Applied {
      row.set_state_before_retraction(row.state());
      row.set_state(state::v1::RECORD_STATE_RETRACTION_PENDING);
      return std::nullopt;
    });
  }

  // A check of a retraction that is pending is about that: it confirms it, or there was none.
  Applied Verified(const engagement::events::v1::RecordVerified& event) {
    return On(event, [](ScoredRecordRow& row) -> Applied {
      row.set_state(IsPending(row) ? state::v1::RECORD_STATE_RETRACTED
                                   : state::v1::RECORD_STATE_VERIFIED);
      row.clear_state_before_retraction();
      return std::nullopt;
    });
  }

  Applied Returned(const engagement::events::v1::RecordReturned& event) {
    return On(event, [](ScoredRecordRow& row) -> Applied {
      row.set_state(IsPending(row) ? row.state_before_retraction()
                                   : state::v1::RECORD_STATE_RETURNED);
      row.clear_state_before_retraction();
      return std::nullopt;
    });
  }

 private:
  static bool IsPending(const ScoredRecordRow& row) {
    return row.state() == state::v1::RECORD_STATE_RETRACTION_PENDING;
  }

  template <class Kind>
  static store::RowKey KeyOf(const Kind& event) {
    return {event.council_id(), event.record_id()};
  }

  // What changes a record.
  template <class Kind, class Change>
  Applied On(const Kind& event, const Change& change) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", event.council_id())) {
      return wrong;
    }
    Result<std::optional<ScoredRecordRow>> found = rows_.Get(kScoredRecords, KeyOf(event));
    if (!found.ok()) return Unapplicable{found.error().message};
    if (!*found) return Unapplicable{fmt::format("record {} is not there", event.record_id())};
    ScoredRecordRow& row = **found;
    if (Applied failed = change(row)) return failed;
    row.set_update_time_us(commit_.record_time_us());
    rows_.Put(kScoredRecords, KeyOf(event), row);
    return std::nullopt;
  }

  const log::v1::Commit& commit_;
  const ScoredEvent& scored_;  // Of the event.
  store::RowWriter& rows_;
};

Applied Follow(const EngagementEvent& event, RecordApplication& application) {
  switch (event.kind_case()) {
    case EngagementEvent::kRecordSubmitted:
      return application.Submitted(event.record_submitted());
    case EngagementEvent::kRecordAmended:
      return application.Amended(event.record_amended());
    case EngagementEvent::kRecordRetracted:
      return application.Retracted(event.record_retracted());
    case EngagementEvent::kRecordVerified:
      return application.Verified(event.record_verified());
    case EngagementEvent::kRecordReturned:
      return application.Returned(event.record_returned());
    case EngagementEvent::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of engagements of a kind that this program does not know"};
}

}  // namespace

std::optional<Unapplicable> FollowEngagement(const log::AcceptedCommit& accepted,
                                             store::RowWriter& rows) {
  const std::vector<ScoredEvent>& scored = ScoredOf(accepted);
  std::size_t place = 0;
  for (const auto& parsed : projection::EventsOf<EngagementEvent>(accepted)) {
    if (Applied newer = projection::NotUnderstood(parsed)) return newer;
    RecordApplication application(accepted.commit, scored[place++], rows);
    if (Applied failed = Follow(parsed.event, application)) return failed;
  }
  return std::nullopt;
}

void PrepareEngagement(const log::AcceptedCommit& accepted) { ScoredOf(accepted); }

}  // namespace twinledger::risk
