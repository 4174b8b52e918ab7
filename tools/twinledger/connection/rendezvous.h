// Which of several nodes is to take a key: the one of the highest weight, a hash of both (highest
// random weight). Whoever has the same list ranks alike, with nothing to agree on. Where a node
// leaves, only its own keys move, spread over the others; where one comes, it takes its share of
// each.
//
// Nodes are texts: one that is written in two ways is two nodes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twinledger::client {

// `nodes` from the first choice to the last.
std::vector<std::string> RankedFor(std::string_view key, std::vector<std::string> nodes);

}  // namespace twinledger::client
