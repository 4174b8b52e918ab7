#include "risk/inputs/follow_engagement.h"

#include <fmt/format.h>

#include <string>

#include "platform/fields/understood.h"
#include "risk/inputs/input_tables.h"
#include "risk/inputs/scored_fields.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"

namespace twinledger::risk {
namespace {

using engagement::events::v1::EngagementEvent;
using engagement::events::v1::RecordAmended;
using projection::Unapplicable;
using state::v1::ScoredRecordRow;
using Applied = std::optional<Unapplicable>;

// One event of one commit.
class RecordApplication {
 public:
  RecordApplication(const log::v1::Commit& commit, store::RowWriter& rows)
      : commit_(commit), rows_(rows) {}

  Applied Submitted(const engagement::events::v1::RecordSubmitted& event) {
    return On(event, true, [&](ScoredRecordRow& row) -> Applied {
      row.set_council_id(event.council_id());
      row.set_record_id(event.record_id());
      *row.mutable_fields() = ScoredFields(event.fields());
      row.set_state(state::v1::RECORD_STATE_SUBMITTED);
      return std::nullopt;
    });
  }

  Applied Amended(const RecordAmended& event) {
    return On(event, false, [&](ScoredRecordRow& row) -> Applied {
      const RecordFields values = ScoredFields(event.fields());
      for (const std::string& path : event.paths()) {
        if (!HasPath(row.fields().content_case(), path)) {
          return Unapplicable{fmt::format("amends {}, which this program does not know", path)};
        }
        CopyPath(values, path, *row.mutable_fields());
      }
      row.set_state(state::v1::RECORD_STATE_SUBMITTED);  // The check was of what it said before.
      return std::nullopt;
    });
  }

  Applied Retracted(const engagement::events::v1::RecordRetracted& event) {
    return On(event, false, [](ScoredRecordRow& row) -> Applied {
      row.set_state_before_retraction(row.state());
      row.set_state(state::v1::RECORD_STATE_RETRACTION_PENDING);
      return std::nullopt;
    });
  }

  // A check of a retraction that is pending is about that: it confirms it, or there was none.
  Applied Verified(const engagement::events::v1::RecordVerified& event) {
    return On(event, false, [](ScoredRecordRow& row) -> Applied {
      row.set_state(IsPending(row) ? state::v1::RECORD_STATE_RETRACTED
                                   : state::v1::RECORD_STATE_VERIFIED);
      row.clear_state_before_retraction();
      return std::nullopt;
    });
  }

  Applied Returned(const engagement::events::v1::RecordReturned& event) {
    return On(event, false, [](ScoredRecordRow& row) -> Applied {
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

  template <class Kind, class Change>
  Applied On(const Kind& event, bool begins, const Change& change) {
    // An event about another entity than its commit would write another partition's row.
    if (commit_.key().type() != "council" || commit_.key().id() != event.council_id()) {
      return Unapplicable{fmt::format("event of council/{} in a commit of {}/{}",
                                      event.council_id(), commit_.key().type(),
                                      commit_.key().id())};
    }
    const store::RowKey key{event.council_id(), event.record_id()};
    const Result<std::optional<ScoredRecordRow>> found = rows_.Get(kScoredRecords, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    if (begins == found->has_value()) {
      return Unapplicable{fmt::format("record {} {}", event.record_id(),
                                      begins ? "is there already" : "is not there")};
    }
    ScoredRecordRow row = begins ? ScoredRecordRow() : **found;
    if (Applied failed = change(row)) return failed;
    row.set_update_time_us(commit_.record_time_us());
    rows_.Put(kScoredRecords, key, row);
    return std::nullopt;
  }

  const log::v1::Commit& commit_;
  store::RowWriter& rows_;
};

Applied Follow(const log::v1::Commit& commit, const EngagementEvent& event,
               store::RowWriter& rows) {
  RecordApplication application(commit, rows);
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

std::optional<Unapplicable> FollowEngagement(const log::v1::Commit& commit,
                                             store::RowWriter& rows) {
  for (const std::string& bytes : commit.events()) {
    EngagementEvent event;
    if (!event.ParseFromString(bytes)) return Unapplicable{"event that does not parse"};
    if (const std::string unknown = fields::UnknownIn(event); !unknown.empty()) {
      return Unapplicable{fmt::format("event of engagements with something new in {}", unknown)};
    }
    if (Applied failed = Follow(commit, event, rows)) return failed;
  }
  return std::nullopt;
}

}  // namespace twinledger::risk
