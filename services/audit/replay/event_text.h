// Events as people read them, by the descriptors that this program was built with: an event of a
// stream is a message twinledger.<stream>.events.v1.<Stream>Event with one oneof, its kind.
#pragma once

#include <string>
#include <string_view>

namespace twinledger::audit {

struct EventText {
  std::string type;  // "relationship_established"; empty if this build knows no such event.
  std::string json;  // Empty likewise.
};

EventText ReadEvent(std::string_view stream, const std::string& bytes);

// As ReadEvent, without the cost of the text.
std::string EventType(std::string_view stream, const std::string& bytes);

}  // namespace twinledger::audit
