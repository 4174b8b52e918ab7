// The index of request ids, as the writer asks it: part of the view, without expiry.
#pragma once

#include <optional>

#include "platform/base/result.h"
#include "platform/log/chain.h"
#include "platform/projection/partition_view.h"
#include "platform/writer/command.h"

namespace twinledger::writer {

// What became of the command's request: an outcome, REQUEST_ID_REUSED where it stands with another
// digest, or the reason why it cannot be looked up. Yes is final from any prefix of the log;
// absence means nothing (rule 7).
std::optional<Result<Outcome>> FindOutcome(const projection::PartitionView& view,
                                           const Command& command);

// The outcome that an accepted commit is.
Outcome OutcomeOf(const log::PartitionId& partition, const log::AcceptedCommit& accepted);

}  // namespace twinledger::writer
