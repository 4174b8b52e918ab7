// What a request on a record is to the writer: the council that it touches, and the rules applied
// to the rows as the writer then has them.
#pragma once

#include <memory>
#include <optional>

#include "engagement/domain/record.h"
#include "engagement/rpc/resource_names.h"
#include "engagement/rpc/texts.h"
#include "platform/rpc/handler.h"

namespace twinledger::engagement {

// What one call knows of the record that it writes, so that neither its plan nor its answer need
// find it out again.
struct Written {
  // What is kept of a submission, all but the texts: from its check to its plan.
  RecordFields kept;
  // Whether all that a submission names is known to be there, and so for ever.
  bool met = false;
  // Of the record's texts, where its key was made for this call: it has none yet. Until its plan.
  std::shared_ptr<const keyring::Sealer> sealer;
  // What the record is after the last decision: the answer of a call that only validates.
  std::optional<Record> record;
  // Those of the record, which know what the call sealed; once they were asked for.
  std::optional<Texts> texts;
};
using Prospect = std::shared_ptr<Written>;

inline Prospect NewProspect() { return std::make_shared<Written>(); }

struct Write {
  std::string request_id;
  // The version that the write is based on has not been read here: its texts could not be sealed.
  // Should the writer find that version all the same, the caller is told to repeat.
  bool unsealed = false;
};

// `unmet` is why the relationship or the council cannot be had: as of rpc::Intent.
rpc::Intent IntentOn(RecordName name, RecordCommand command, Write write, Prospect prospect,
                     std::optional<Error> unmet = std::nullopt);

}  // namespace twinledger::engagement
