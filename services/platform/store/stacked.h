// Two readers' iterators as one: where both have a key, the upper one's value stands.
#pragma once

#include <memory>

#include "platform/store/key_value.h"

namespace twinledger::store {

// The upper one never fails. It stands at no key until Seek.
std::unique_ptr<Iterator> Stack(std::unique_ptr<Iterator> upper, std::unique_ptr<Iterator> lower);

// Two readers' lookups (KeyValueReader::NewLookup) as one. REQUIRES: of each row, all versions that
// the first one has are newer than those of the second, or are among them. The second is not asked
// before the first has come to its end.
std::unique_ptr<Iterator> StackLookup(std::unique_ptr<Iterator> newer,
                                      std::unique_ptr<Iterator> older);

}  // namespace twinledger::store
