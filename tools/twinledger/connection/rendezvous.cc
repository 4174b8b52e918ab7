#include "twinledger/connection/rendezvous.h"

#include <algorithm>
#include <utility>

#include "platform/crypto/hash.h"

namespace twinledger::client {

std::vector<std::string> RankedFor(std::string_view key, std::vector<std::string> nodes) {
  std::vector<std::pair<crypto::Hash, std::string>> weighed;
  weighed.reserve(nodes.size());
  for (std::string& node : nodes) {
    // The sign between them keeps the key "a" of node "bc" from weighing what "ab" of "c" does.
    const crypto::Hash weight = crypto::Sha256({key, std::string_view("\0", 1), node});
    weighed.emplace_back(weight, std::move(node));
  }
  std::ranges::sort(weighed, std::ranges::greater());
  std::vector<std::string> ranked;
  ranked.reserve(weighed.size());
  for (auto& [weight, node] : weighed) ranked.push_back(std::move(node));
  return ranked;
}

}  // namespace twinledger::client
