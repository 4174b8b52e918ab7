// A sign of damage that a reader sees without a memory of tips (append protocol, rule 24): what a
// writer had accepted before it chained a record there is not before that record.
#pragma once

#include <optional>
#include <string>

#include "platform/log/chain.h"

namespace twinledger::log {

// What is wrong with a void record that was chained on `stamp`; nothing where `view` has come that
// far. Whoever can write to the log can name a stamp: it is a sign where the record IsAuthentic.
std::optional<std::string> BeyondHistory(const ChainView& view, const VoidRecord::Stamp& stamp);

}  // namespace twinledger::log
