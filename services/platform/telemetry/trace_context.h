// Which call a line of a log, an error or a commit belongs to: the trace id of W3C Trace Context.
//
//   traceparent: 00-<trace id: 32 hexadecimal digits>-<parent id: 16>-<flags: 2>
//
// A client makes a trace id, or passes on the one of whatever called it, and sends it as metadata;
// a server uses what it got. Nothing but those 32 digits is taken from a caller: free text would
// stand in logs and commits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/random.h"

namespace twinledger::telemetry {

inline constexpr const char* kTraceparent = "traceparent";  // As metadata.

// 32 lower-case hexadecimal digits, not all of them zero.
std::string NewTraceId(RandomSource& random);

// The trace id in a traceparent of this version or a later one; nothing if it is malformed: who
// gets it makes an id then, as the recommendation asks.
std::optional<std::string> TraceIdIn(std::string_view traceparent);

// What one attempt of a call is sent with. REQUIRES: a trace id as NewTraceId makes it.
std::string Traceparent(std::string_view trace_id, RandomSource& random);

}  // namespace twinledger::telemetry
