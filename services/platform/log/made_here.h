// The records that writers of this process made lately. Who reads one back, byte for byte, has what
// its writer had parsed of it, and what others made of its commits since; and knows who signed it.
//
// One for the process, of the last few dozen records: a writer knows no reader, and a record that
// is not remembered is parsed and verified. It is kept until it is read, or 64 newer ones came
// first: who reads it last, and not its writer, then frees it.
#pragma once

#include <optional>
#include <string_view>

#include "platform/log/chain.h"

namespace twinledger::log {

// REQUIRES: it was made of a MadeRecord, and who signed it is set. Threads: thread-safe, both.
void NoteMadeHere(const ReadRecord& made);
std::optional<ReadRecord> TakeMadeHere(Offset offset, std::string_view bytes);  // Once.

}  // namespace twinledger::log
