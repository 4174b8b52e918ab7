// What a fuzz target is: a function that libFuzzer calls with inputs of its own making. Whatever
// the bytes, it returns; what must not be is a TL_CHECK, or a sanitizer's finding.
#pragma once

#include <string_view>

#include "platform/base/planted_bug.h"

namespace twinledger::testing {

// Defined by each target.
void FuzzOne(std::string_view input);

// A bug that the target must find once it is planted: with TWINLEDGER_PLANTED set, it is there.
extern const PlantedBug kControl;

}  // namespace twinledger::testing
