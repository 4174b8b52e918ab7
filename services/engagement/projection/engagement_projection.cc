#include "engagement/projection/engagement_projection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engagement/domain/amendment.h"
#include "engagement/projection/registry_follower.h"
#include "platform/projection/events_of.h"

namespace twinledger::engagement {
namespace {

using projection::Unapplicable;
using Applied = std::optional<Unapplicable>;

// One event of one commit.
class Application {
 public:
  Application(const log::v1::Commit& commit, const Event& event, store::RowWriter& rows)
      : commit_(commit), event_(event), rows_(rows) {}

  template <class Kind>
  Applied On(const Kind& kind, bool begins) {
    if (Applied wrong = projection::OfAnotherEntity(commit_, "council", kind.council_id())) {
      return wrong;
    }
    const store::RowKey key{kind.council_id(), kind.record_id()};
    Result<std::optional<Record>> found = rows_.Get(kRecords, key);
    if (!found.ok()) return Unapplicable{found.error().message};
    if (begins == found->has_value()) {
      return Unapplicable{fmt::format("record {} {}", kind.record_id(),
                                      begins ? "is there already" : "is not there")};
    }
    if (begins) {
      if (Applied failed = NoteHolder(kind.council_id())) return failed;
    } else if (Applied unknown = UnknownPath(**found)) {
      return unknown;
    }
    const std::int64_t created = begins ? commit_.record_time_us() : (*found)->create_time_us();
    Record record =
        Evolve(begins ? Record() : **found, event_, {commit_.actor(), commit_.request_id()});
    record.set_create_time_us(created);
    record.set_update_time_us(commit_.record_time_us());
    rows_.Put(kRecords, key, record);
    return std::nullopt;
  }

 private:
  Applied UnknownPath(const Record& record) const {
    for (const std::string& path : event_.record_amended().paths()) {
      if (HasPath(record.fields().content_case(), path)) continue;
      return Unapplicable{fmt::format("amends {}, which this program does not know", path)};
    }
    return std::nullopt;
  }

  Applied NoteHolder(const std::string& council_id) {
    const Result<std::optional<state::v1::RecordHolderRow>> found =
        rows_.Get(kRecordHolders, {council_id});
    if (!found.ok()) return Unapplicable{found.error().message};
    if (*found) return std::nullopt;
    state::v1::RecordHolderRow row;
    row.set_council_id(council_id);
    rows_.Put(kRecordHolders, {council_id}, row);
    return std::nullopt;
  }

  const log::v1::Commit& commit_;
  const Event& event_;
  store::RowWriter& rows_;
};

Applied ApplyEvent(const log::v1::Commit& commit, const projection::ParsedEvent<Event>& parsed,
                   store::RowWriter& rows) {
  const Event& event = parsed.event;
  if (Applied newer = projection::NotUnderstood(parsed)) return newer;
  Application application(commit, event, rows);
  switch (event.kind_case()) {
    case Event::kRecordSubmitted:
      return application.On(event.record_submitted(), true);
    case Event::kRecordAmended:
      return application.On(event.record_amended(), false);
    case Event::kRecordRetracted:
      return application.On(event.record_retracted(), false);
    case Event::kRecordVerified:
      return application.On(event.record_verified(), false);
    case Event::kRecordReturned:
      return application.On(event.record_returned(), false);
    case Event::KIND_NOT_SET:
      break;
  }
  return Unapplicable{"event of a kind that this program does not know"};
}

}  // namespace

log::v1::EntityKey KeyOf(const CouncilId& id) {
  log::v1::EntityKey key;
  key.set_type("council");
  key.set_id(id.value());
  return key;
}

std::vector<std::string> EngagementProjection::streams() const {
  return {std::string(kStream), std::string(kRegistryStream)};
}

std::optional<Unapplicable> EngagementProjection::Apply(const log::PartitionId& partition,
                                                        const log::AcceptedCommit& accepted,
                                                        store::RowWriter& rows) const {
  if (partition.stream == kRegistryStream) return FollowRegistry(accepted, rows);
  for (const auto& parsed : projection::EventsOf<Event>(accepted)) {
    if (Applied failed = ApplyEvent(accepted.commit, parsed, rows)) return failed;
  }
  return std::nullopt;
}

void EngagementProjection::Prepare(const log::PartitionId& partition,
                                   const log::AcceptedCommit& accepted) const {
  if (partition.stream == kStream) projection::EventsOf<Event>(accepted);
}

}  // namespace twinledger::engagement
