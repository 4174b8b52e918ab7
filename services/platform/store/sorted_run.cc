#include "platform/store/sorted_run.h"

#include <algorithm>

namespace twinledger::store {
namespace {

bool IsBefore(const KeyValue& row, std::string_view key) { return row.key < key; }

char* Lay(std::string_view bytes, char* at) { return std::copy(bytes.begin(), bytes.end(), at); }

}  // namespace

KeyValue RowMemory::Copy(std::string_view key, std::string_view origin, std::string_view bytes) {
  const std::size_t value = origin.size() + bytes.size();
  const std::size_t size = key.size() + value;
  bytes_ += size;
  if (size > left_) {
    left_ = std::max(size, kBlock);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    free_ = blocks_.back().get();
  }
  char* const begin = free_;
  free_ = Lay(bytes, Lay(origin, Lay(key, begin)));
  left_ -= size;
  return {{begin, key.size()}, {begin + key.size(), value}};
}

class SortedRun::Walk final : public Iterator {
 public:
  explicit Walk(std::shared_ptr<const SortedRun> run)
      : run_(std::move(run)), at_(run_->rows_.end()) {}

  bool Valid() const override { return at_ != run_->rows_.end(); }
  void Next() override { ++at_; }
  void Seek(std::string_view key) override { at_ = run_->Find(key); }
  std::string_view key() const override { return at_->key; }
  std::string_view value() const override { return at_->value; }
  Result<void> status() const override { return {}; }

 private:
  const std::shared_ptr<const SortedRun> run_;
  std::vector<KeyValue>::const_iterator at_;
};

std::shared_ptr<const SortedRun> SortedRun::Make(std::vector<KeyValue> rows, Memory memory) {
  return std::shared_ptr<const SortedRun>(new SortedRun(std::move(rows), std::move(memory)));
}

std::shared_ptr<const SortedRun> SortedRun::Merge(const SortedRun& older, const SortedRun& newer) {
  std::vector<KeyValue> rows;
  rows.reserve(older.rows_.size() + newer.rows_.size());
  auto from = older.rows_.begin();
  for (const KeyValue& row : newer.rows_) {
    // Most rows follow one of the same run: then there is nothing to look for.
    if (from != older.rows_.end() && IsBefore(*from, row.key)) {
      const auto to = std::lower_bound(from, older.rows_.end(), row.key, IsBefore);
      rows.insert(rows.end(), from, to);
      from = to;
    }
    if (from != older.rows_.end() && from->key == row.key) ++from;
    rows.push_back(row);
  }
  rows.insert(rows.end(), from, older.rows_.end());
  Memory memory = older.memory_;
  memory.insert(memory.end(), newer.memory_.begin(), newer.memory_.end());
  return Make(std::move(rows), std::move(memory));
}

std::shared_ptr<const SortedRun> SortedRun::Join(
    std::vector<std::shared_ptr<const SortedRun>> runs) {
  const auto two = [](const SortedRun& left, const SortedRun& right) {
    std::vector<KeyValue> rows(left.rows_.size() + right.rows_.size());
    std::ranges::merge(left.rows_, right.rows_, rows.begin(), {}, &KeyValue::key, &KeyValue::key);
    Memory memory = left.memory_;
    memory.insert(memory.end(), right.memory_.begin(), right.memory_.end());
    return Make(std::move(rows), std::move(memory));
  };
  if (runs.empty()) return Make({}, {});
  while (runs.size() > 1) {
    const std::size_t half = (runs.size() + 1) / 2;
    for (std::size_t i = 0; half + i < runs.size(); ++i) runs[i] = two(*runs[i], *runs[half + i]);
    runs.resize(half);
  }
  return runs.front();
}

std::vector<KeyValue>::const_iterator SortedRun::Find(std::string_view key) const {
  return std::lower_bound(rows_.begin(), rows_.end(), key, IsBefore);
}

Result<std::optional<std::string>> SortedRun::Get(std::string_view key) const {
  const auto found = Find(key);
  if (found == rows_.end() || found->key != key) return std::optional<std::string>();
  return std::optional<std::string>(found->value);
}

std::unique_ptr<Iterator> SortedRun::NewIterator() const {
  return std::make_unique<Walk>(shared_from_this());
}

}  // namespace twinledger::store
