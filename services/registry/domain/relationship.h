// A relationship between one council and one foreign partner.
//
//   propose --> PROPOSED --establish--> ACTIVE --suspend--> SUSPENDED --resume--> ACTIVE
//   record  --> whatever status a source tells; later amended likewise, until a command decides it
//   suspend     from ACTIVE, REACTIVE, DORMANT;  resume from SUSPENDED, DORMANT
//   end         from any but ENDED, which is for ever
//
// A council has at most one relationship of a kind with a partner that is not ENDED. That the
// partner exists is no rule here: it stands in another partition, never goes away, and is looked up
// before the command is submitted.
//
// Decide holds the rules, Evolve the history. Both are pure: no clock, no I/O, no randomness, so a
// replay of the log reaches the same state on any machine. Time arrives in the context.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "registry/domain/council.h"
#include "registry/domain/decision.h"
#include "registry/domain/ids.h"
#include "twinledger/registry/state/v1/rows.pb.h"

namespace twinledger::registry {

using Relationship = state::v1::RelationshipRow;

struct Propose {
  events::v1::RelationshipFields fields;  // Without status, dates and end.
};

struct Record {
  events::v1::RelationshipFields fields;
};

struct AmendRelationship {
  std::string etag;
  events::v1::RelationshipFields fields;  // Values of `paths`.
  std::vector<std::string> paths;
};

struct Establish {
  std::string etag;
  PartialDate since;
};

struct Suspend {
  std::string etag;
  std::string grounds;
  PartialDate suspended_on;
};

struct Resume {
  std::string etag;
  PartialDate resumed_on;
};

struct End {
  std::string etag;
  PartialDate ended;
  std::string end_reason;
};

using RelationshipCommand =
    std::variant<Propose, Record, AmendRelationship, Establish, Suspend, Resume, End>;

// What the rules look at.
struct Situation {
  CouncilId council_id;
  RelationshipId relationship_id;
  std::optional<Council> council = {};
  std::optional<Relationship> relationship = {};
  // Of the same council, open, and with the partner that the record has or shall have. Of interest
  // to Propose, Record and AmendRelationship.
  std::vector<Relationship> others = {};
};

Decision Decide(const Situation& situation, const RelationshipCommand& command,
                const Context& context);

// An event of something else changes nothing.
Relationship Evolve(Relationship relationship, const Event& event);

}  // namespace twinledger::registry
