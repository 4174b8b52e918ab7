// The events of a commit, parsed and looked through once for all who follow its stream.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/fields/understood.h"
#include "platform/log/chain.h"
#include "platform/projection/projection.h"

namespace twinledger::projection {

template <class Event>
struct ParsedEvent {
  Event event;
  bool parses = false;
  std::string unknown = {};  // As of fields::UnknownIn.
};

// In the commit's order; valid as long as the commit. Event is the message of the stream's events.
// Threads: any.
template <class Event>
const std::vector<ParsedEvent<Event>>& EventsOf(const log::AcceptedCommit& accepted) {
  return accepted.made.Get<std::vector<ParsedEvent<Event>>>([&accepted] {
    std::vector<ParsedEvent<Event>> events(static_cast<std::size_t>(accepted.commit.events_size()));
    auto parsed = events.begin();
    for (const std::string& bytes : accepted.commit.events()) {
      parsed->parses = parsed->event.ParseFromString(bytes);
      if (parsed->parses) parsed->unknown = fields::UnknownIn(parsed->event);
      ++parsed;
    }
    return events;
  });
}

// Why this build must not apply the event: a newer program wrote it, or it is none at all. Nothing
// if it knows the event's kind and all that it says.
template <class Event>
std::optional<Unapplicable> NotUnderstood(const ParsedEvent<Event>& parsed) {
  if (!parsed.parses) return Unapplicable{"event that does not parse"};
  if (parsed.event.kind_case() == Event::KIND_NOT_SET) {
    return Unapplicable{"event of a kind that this program does not know"};
  }
  if (parsed.unknown.empty()) return std::nullopt;
  return Unapplicable{"event with something new in " + parsed.unknown};
}

// An event about another entity than its commit would write another partition's row. Nothing if it
// is about `type`/`id` as its commit is.
std::optional<Unapplicable> OfAnotherEntity(const log::v1::Commit& commit, std::string_view type,
                                            std::string_view id);

}  // namespace twinledger::projection
