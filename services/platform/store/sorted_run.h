// Rows in the order of their keys, in memory that does not change any more: what a rebuild hands to
// a store, and what a store in memory keeps of it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/store/key_value.h"

namespace twinledger::store {

// Bytes that rows lie in, in blocks that stay where they are. Threads: confined to one, until
// nobody adds any more.
class RowMemory {
 public:
  // A copy of a row, and how many bytes were taken so far.
  KeyValue Copy(std::string_view key, std::string_view origin, std::string_view bytes);
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kBlock = std::size_t{256} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_ = 0;
};

// Threads: immutable.
class SortedRun final : public KeyValueReader, public std::enable_shared_from_this<SortedRun> {
 public:
  using Memory = std::vector<std::shared_ptr<const RowMemory>>;

  // REQUIRES: `rows` in order, each key once. They lie in `memory`.
  static std::shared_ptr<const SortedRun> Make(std::vector<KeyValue> rows, Memory memory);
  // Of both; where both have a key, the newer one's row.
  static std::shared_ptr<const SortedRun> Merge(const SortedRun& older, const SortedRun& newer);

  // Of all, none of which has a key of another.
  static std::shared_ptr<const SortedRun> Join(std::vector<std::shared_ptr<const SortedRun>> runs);

  std::span<const KeyValue> rows() const { return rows_; }

  Result<std::optional<std::string>> Get(std::string_view key) const override;
  std::unique_ptr<Iterator> NewIterator() const override;  // Keeps the run.

 private:
  class Walk;
  SortedRun(std::vector<KeyValue> rows, Memory memory)
      : rows_(std::move(rows)), memory_(std::move(memory)) {}
  std::vector<KeyValue>::const_iterator Find(std::string_view key) const;

  const std::vector<KeyValue> rows_;
  const Memory memory_;
};

}  // namespace twinledger::store
