#include "platform/store/row_filter.h"

#include <absl/hash/hash.h>

#include <utility>

namespace twinledger::store {
namespace {

constexpr std::size_t kRowsOfFirstPart = std::size_t{1} << 14;
constexpr std::size_t kBitsARow = 16;
constexpr std::size_t kWordBits = 64;
constexpr int kProbes = 5;

// Where a row's bits are: any two of its numbers make all (Kirsch and Mitzenmacher 2006).
template <class Visit>
bool EveryBit(std::uint64_t hash, std::size_t words, const Visit& visit) {
  const std::uint64_t step = (hash >> 32) | 1;
  const std::uint64_t bits = words * kWordBits;
  for (int probe = 0; probe < kProbes; ++probe, hash += step) {
    const std::uint64_t bit = hash & (bits - 1);
    if (!visit(bit / kWordBits, std::uint64_t{1} << (bit % kWordBits))) return false;
  }
  return true;
}

std::uint64_t HashOf(std::string_view row) { return absl::Hash<std::string_view>()(row); }

}  // namespace

void RowFilter::Add(std::string_view row) {
  if (parts_.empty() || parts_.back().room == 0) {
    const std::size_t rows = kRowsOfFirstPart << parts_.size();
    parts_.push_back({std::vector<std::uint64_t>(rows * kBitsARow / kWordBits), rows});
  }
  Part& part = parts_.back();
  --part.room;
  EveryBit(HashOf(row), part.words.size(), [&](std::size_t word, std::uint64_t bit) {
    part.words[word] |= bit;
    return true;
  });
}

bool RowFilter::MayHold(std::string_view row) const {
  const std::uint64_t hash = HashOf(row);
  for (const Part& part : parts_) {
    const auto is_set = [&](std::size_t word, std::uint64_t bit) {
      return (part.words[word] & bit) != 0;
    };
    if (EveryBit(hash, part.words.size(), is_set)) return true;
  }
  return false;
}

}  // namespace twinledger::store
