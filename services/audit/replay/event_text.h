// Events as people read them, by the descriptors that this program was built with: an event of a
// stream is a message twinledger.<stream>.events.v1.<Stream>Event with one oneof, its kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "twinledger/log/v1/record.pb.h"

namespace twinledger::audit {

// What stands for an event that this build cannot read, and for what a commit of the log about
// itself says, where types are asked for.
inline constexpr std::string_view kUnknownType = "unknown";
inline constexpr std::string_view kControlType = "control";

struct EventText {
  std::string type;  // "relationship_established"; empty if this build knows no such event.
  std::string json;  // Empty likewise.
};

EventText ReadEvent(std::string_view stream, const std::string& bytes);

// Of all that the commit holds, in its order.
std::vector<std::string> TypesIn(std::string_view stream, const log::v1::Commit& commit);

// Those that this build can read in the stream, in the order of their numbers.
std::vector<std::string> KnownTypes(std::string_view stream);

}  // namespace twinledger::audit
