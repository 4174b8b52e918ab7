// Two readers' iterators as one: where both have a key, the upper one's value stands.
#pragma once

#include <memory>

#include "platform/store/key_value.h"

namespace twinledger::store {

// The upper one never fails. It stands at no key until Seek.
std::unique_ptr<Iterator> Stack(std::unique_ptr<Iterator> upper, std::unique_ptr<Iterator> lower);

}  // namespace twinledger::store
