// What a call takes of its account's rate, in units: one that reads or writes a single record is 1.
//
// Classes, not measurements: they keep whoever asks for what reads much from taking the time of
// those who ask for little.
#pragma once

#include <string_view>

namespace twinledger::rpc {

// `method` is "package.Service/Method".
double CostOf(std::string_view method);

}  // namespace twinledger::rpc
