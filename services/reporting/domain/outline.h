// What a report keeps of a record of an engagement: all but what is sealed and what proves it.
#pragma once

#include <string_view>

#include "platform/fields/partial_date.h"
#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::reporting {

using engagement::events::v1::RecordFields;

// Without sealed texts, at any depth, and without evidence.
RecordFields OutlineOf(RecordFields fields);

// Whether records with the content of `fields` have the path, "marking" or "gift.value"; and the
// value of it, or none, taken over. REQUIRES for CopyPath: they have.
bool HasPath(const RecordFields& fields, std::string_view path);
void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to);

// When it happened: the first day, and the last of a range.
struct Days {
  fields::PartialDate first;
  fields::PartialDate last;
};
Days DaysOf(const RecordFields& fields);

}  // namespace twinledger::reporting
