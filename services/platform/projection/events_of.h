// The events of a commit, parsed and looked through once for all who follow its stream.
#pragma once

#include <string>
#include <vector>

#include "platform/fields/understood.h"
#include "platform/log/chain.h"

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

}  // namespace twinledger::projection
