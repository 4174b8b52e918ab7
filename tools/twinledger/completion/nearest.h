// The word that was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinledger::client {

// The candidate with the smallest edit distance to `word`; the first of several; empty without
// candidates.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace twinledger::client
