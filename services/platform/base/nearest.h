// The word that was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinledger {

// The candidate with the smallest edit distance to `word`, the first of several; empty where none
// is near: where more than half of the word would have to change.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

// "; did you mean \"register\"?", or nothing where none is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace twinledger
