// The ids of what an import records. They are made from the content, so that the same file again,
// or the rest of an interrupted one, meets its own records and requests; and that of a record that
// is submitted alone.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/clock.h"

namespace twinledger::client {

// Of a partner body: its place names it.
std::string PartnerIdOf(std::string_view city, std::string_view region, std::string_view country);

// Of a relationship: the row's key, within its council and this layout.
std::string RelationshipIdOf(std::string_view council_id, std::string_view row_key);

// Of an engagement, and of whom a council deals with: the council's own keys of them.
std::string RecordIdOf(std::string_view council_id, std::string_view record_key);
std::string PrincipalIdOf(std::string_view council_id, std::string_view donor_key);

// Of a record that is submitted with a request id and no id of its own: the same request again is
// about the same record. It has the time of a request id that begins with one (version 7), so that
// records too lie in the order in which they were made.
std::string SubmittedIdOf(std::string_view council, std::string_view request_id);

// Of one write. `base` is what its outcome depends on beside it (etags, the day): an outcome is
// kept for ever under its request id, so another attempt on another state must be another request,
// and a repeat on the same state must not.
std::string RequestIdOf(std::string_view record, std::string_view content, std::string_view base);

// The day, for the base: what lies in the future is refused until the server's day has come to it,
// which is that of the easternmost place.
std::string DayForBase(WallTime now);

}  // namespace twinledger::client
