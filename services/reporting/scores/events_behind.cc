#include "reporting/scores/events_behind.h"

#include <algorithm>
#include <utility>

#include "reporting/projection/reporting_view.h"

namespace twinledger::reporting {
namespace {

const risk::RecordInputs* FindInputs(const risk::CouncilInputs& inputs, std::string_view record) {
  const auto found = std::ranges::lower_bound(
      inputs.records, record, {},
      [](const risk::RecordInputs& one) { return std::string_view(one.record_id); });
  return found == inputs.records.end() || found->record_id != record ? nullptr : &*found;
}

std::string NewestEvent(const risk::RecordInputs& record) {
  const risk::Revision& newest = record.revisions.back();
  return EventOf(newest.partition, newest.sequence);
}

// What is counted over a window is so over all benefits that may be in it.
void AddBenefits(const risk::CouncilInputs& inputs, std::string_view relationship_id,
                 EventsBehind& events) {
  for (const risk::RecordInputs& record : inputs.records) {
    const auto& fields = record.revisions.back().fields;
    const bool own =
        fields.relationship_id().empty() || fields.relationship_id() == relationship_id;
    if (own && (fields.has_gift() || fields.has_hospitality())) events.Add(NewestEvent(record));
  }
}

std::string_view TakeWord(std::string_view& event) {
  const std::string_view word = event.substr(0, event.find('/'));
  event.remove_prefix(std::min(word.size() + 1, event.size()));
  return word;
}

bool IsNumber(std::string_view word) {
  return word.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool EventsBehind::ByPosition::operator()(std::string_view one, std::string_view other) const {
  while (!one.empty() && !other.empty()) {
    const std::string_view mine = TakeWord(one);
    const std::string_view its = TakeWord(other);
    if (mine == its) continue;
    // Numbers have no leading zeros: the shorter one is less.
    if (IsNumber(mine) && IsNumber(its) && mine.size() != its.size()) {
      return mine.size() < its.size();
    }
    return mine < its;
  }
  return one.size() < other.size();
}

void EventsBehind::Add(std::string event) {
  if (!event.empty()) events_.insert(std::move(event));
}

void EventsBehind::Add(const EventsBehind& others) {
  events_.insert(others.events_.begin(), others.events_.end());
}

std::size_t EventsBehind::bytes() const {
  constexpr std::size_t kNode = 64;  // Of a tree, with a short string in it.
  return events_.size() * (kNode + sizeof(std::string));
}

v1::Source EventsBehind::Render(std::string_view field) const {
  v1::Source source;
  source.set_field(std::string(field));
  for (const std::string& event : events_) {
    if (static_cast<std::size_t>(source.events_size()) == kEventsShownMax) break;
    source.add_events(event);
  }
  source.set_event_count(static_cast<std::int64_t>(events_.size()));
  return source;
}

std::string_view RecordOfFact(const risk::CouncilInputs& inputs, std::string_view fact) {
  const std::string_view record = fact.substr(0, fact.find('/'));
  return FindInputs(inputs, record) == nullptr ? std::string_view() : record;
}

EventsBehind EventsOf(const risk::CouncilInputs& inputs, std::string_view relationship_id,
                      const risk::v1::Assessment& assessment) {
  EventsBehind events;
  for (const risk::v1::Line& line : assessment.lines()) {
    for (const std::string& fact : line.facts()) {
      const std::string_view record = RecordOfFact(inputs, fact);
      if (record.empty()) {
        AddBenefits(inputs, relationship_id, events);
      } else {
        events.Add(NewestEvent(*FindInputs(inputs, record)));
      }
    }
  }
  return events;
}

}  // namespace twinledger::reporting
