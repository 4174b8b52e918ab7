// A change of some fields of a record. A path is that of a field of RecordFields, "marking", or of
// its content, "gift.value"; the content as a whole is no path, since a record stays of its kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "twinledger/engagement/events/v1/records.pb.h"

namespace twinledger::engagement {

using events::v1::RecordFields;

// All paths of records with this content; of records without one, none of a content.
std::vector<std::string> PathsOf(RecordFields::ContentCase content);

// "gift"; empty where there is none.
std::string NameOf(RecordFields::ContentCase content);

// Whether records with this content have the path.
bool HasPath(RecordFields::ContentCase content, std::string_view path);

// Paths in which they differ; the name of a content that the other one has not.
std::vector<std::string> DifferingPaths(const RecordFields& a, const RecordFields& b);

// REQUIRES: records with the content of `from` have the path, and `to` has that content or none.
void CopyPath(const RecordFields& from, std::string_view path, RecordFields& to);

struct Amendment {
  RecordFields result;             // All fields as they are then.
  RecordFields values;             // Those of `paths` alone.
  std::vector<std::string> paths;  // That differ; none if the record is so already.
};

// REQUIRES: records with the content of `current` have the paths, and `wished` has that content or
// none.
Amendment Amend(const RecordFields& current, const RecordFields& wished,
                const std::vector<std::string>& paths);

}  // namespace twinledger::engagement
