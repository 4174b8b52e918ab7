// One engagement of one council, from its submission on.
//
//   submit --> SUBMITTED --verify--> VERIFIED --amend--> SUBMITTED
//              SUBMITTED --return--> RETURNED --amend--> SUBMITTED
//              amend keeps SUBMITTED so
//   any of them --retract--> RETRACTION_PENDING --verify--> RETRACTED, for ever
//                            RETRACTION_PENDING --return--> as it was
//
// A record is verified or returned by a second person: by somebody who wrote nothing of it since it
// was last verified, by no account of theirs. A retraction takes away all that a record says, and
// with it what nobody may lift alone: who confirms one never wrote anything of the record. That its
// council and relationship exist is no rule
// here: they stand in another stream, never go away, and are looked up before the command is
// submitted.
//
// Decide holds the rules, Evolve the history. Both are pure: no clock, no I/O, no randomness, so a
// replay of the log reaches the same state on any machine. Time arrives in the context.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engagement/domain/amendment.h"
#include "engagement/domain/decision.h"
#include "engagement/domain/ids.h"
#include "twinledger/engagement/state/v1/rows.pb.h"

namespace twinledger::engagement {

using Record = state::v1::RecordRow;

struct Submit {
  RecordFields fields;
};

struct AmendRecord {
  std::string etag;
  RecordFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
  std::string reason_sealed;
};

struct Retract {
  std::string etag;
  std::string reason_sealed;
};

struct Verify {
  std::string etag;
  std::vector<events::v1::Evidence> evidence;
  std::string note_sealed;
};

struct Return {
  std::string etag;
  std::string reason_sealed;
};

using RecordCommand = std::variant<Submit, AmendRecord, Retract, Verify, Return>;

// What the rules look at.
struct Situation {
  CouncilId council_id;
  RecordId record_id;
  std::optional<Record> record = {};
  // As the registry has told; nothing if it has not told of the council yet. Of interest to Submit.
  std::optional<registry::events::v1::CouncilStatus> council_status = {};
  // The record, of the same council, that a device has travelled on or shall have. Of interest to
  // Submit and AmendRecord.
  std::optional<Record> travel = {};
};

// Accounts of whose persons none may verify or return the record as it is.
std::vector<std::string> BarredFromCheck(const Record& record);

Decision Decide(const Situation& situation, const RecordCommand& command, const Context& context);

// What the commit of an event says beside it.
struct Told {
  std::string actor;
  std::string request_id;
};

// An event of a kind that this program does not know changes nothing.
Record Evolve(Record record, const Event& event, const Told& told);

}  // namespace twinledger::engagement
