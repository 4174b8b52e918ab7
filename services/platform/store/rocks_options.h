// How RocksDB keeps rows: what it packs, filters and finds beside each other.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/slice.h>

#include <string>
#include <string_view>
#include <unordered_map>

namespace twinledger::store {

inline rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Of a store that is made, or of one that is there.
rocksdb::Options OptionsFor(bool create);

// Those that say how many files are merged together: of a store that is being filled by sorted
// files, or of one that is written to. They may be set while it is open.
using MergingOptions = std::unordered_map<std::string, std::string>;
MergingOptions WhenToMerge(bool rebuilds);

// Keys with the same go into one sorted file: those of a table, and of the platform's own tables
// those of a partition, so that such as only grow never overlap.
std::string_view FileOf(std::string_view key);

}  // namespace twinledger::store
