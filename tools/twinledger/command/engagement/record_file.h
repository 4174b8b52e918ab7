// A record as a file that people fill in: a line for each field, by its path.
//
//   # A comment.
//   gift.kind = art
//   gift.value.cents = 80000
//   travel.stops[0].city = Minoh
//
// A line without a value says nothing. Values are as from_text.h reads them. A file that begins
// with
// "{" is the same record as JSON, as protobuf writes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::client {

// The kinds of a record's content: "gift", "hospitality".
std::vector<std::string> RecordKinds();

// A file to fill in: every field of a kind, with what may stand there. INVALID_ARGUMENT, reason
// KIND_UNKNOWN.
Result<std::string> RecordTemplate(std::string_view kind);

// INVALID_ARGUMENT, reason FILE_UNREADABLE: a file that was named on the command line.
Result<std::string> ReadNamedFile(const std::string& file);

// What a file, or lines on a command line, set, and the paths of the fields that an update names:
// "gift.value". INVALID_ARGUMENT, reason VALUE_MALFORMED, with every line that cannot be read.
struct RecordRead {
  engagement::v1::Record record;
  std::vector<std::string> paths;
};
Result<RecordRead> ReadRecord(std::string_view text, const std::vector<std::string>& more_lines);

// Likewise, of a record that stands as `before`: the other elements of a list and the other parts
// of an amount stay as they are there; as JSON each field is written whole. Without `before` the
// lines are judged by themselves. `record` has what the paths name and nothing else.
Result<RecordRead> ReadAmendment(std::string_view text, const std::vector<std::string>& more_lines,
                                 const engagement::v1::Record* before);

// Takes the field out of the record, and what is said of its texts; nothing where there is none.
void ClearPath(const std::string& path, engagement::v1::Record& record);

}  // namespace twinledger::client
