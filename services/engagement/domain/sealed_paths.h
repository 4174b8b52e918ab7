// Which sealed texts a record holds, and by which event each was sealed: what it takes to open
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "twinledger/engagement/state/v1/rows.pb.h"

namespace twinledger::engagement {

inline constexpr const char* kReasonPath = "reason";
inline constexpr const char* kCheckEvidencePath = "check_evidence";

// Whether it, or a message within it, has a sealed text.
bool HoldsSealed(const events::v1::RecordFields& record);
bool HoldsSealed(const events::v1::Evidence& evidence);

// Of the paths of a record (amendment.h), those with a sealed text.
std::vector<std::string> SealedPathsOf(const events::v1::RecordFields& record);

// The entry of a path; null where the row holds nothing sealed there.
const state::v1::SealedPath* FindSealed(const state::v1::RecordRow& row, const std::string& path);

// What a text was sealed with, beside its path.
struct Sealing {
  std::string event_type;  // "record_submitted"
  std::string request_id;
  events::v1::Marking marking = events::v1::MARKING_UNSPECIFIED;
};

// Takes the place of the path's entry, or leaves none.
void NoteSealed(const std::string& path, const std::optional<Sealing>& sealing,
                state::v1::RecordRow& row);

}  // namespace twinledger::engagement
