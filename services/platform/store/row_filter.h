// Which rows were written so far, nearly: whether one may be among them. A rebuild asks it before
// it seeks, for most rows that it writes are new, and a seek for what is not there asks every file.
//
// A Bloom filter (Bloom 1970) in parts, each for twice as many rows as the one before: two bytes a
// row, and of a thousand rows that were never added some two look as if they were.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace twinledger::store {

// Threads: confined to one.
class RowFilter {
 public:
  void Add(std::string_view row);
  bool MayHold(std::string_view row) const;  // True for every row that was added.

 private:
  struct Part {
    std::vector<std::uint64_t> words;  // A power of two of them.
    std::size_t room;                  // For so many rows more.
  };

  std::vector<Part> parts_;
};

}  // namespace twinledger::store
