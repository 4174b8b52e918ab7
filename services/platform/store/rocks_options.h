// How RocksDB keeps rows: what it packs, filters and finds beside each other.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/slice.h>

#include <string_view>

namespace twinledger::store {

inline rocksdb::Slice ToSlice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Of a store that is made, or of one that is there.
rocksdb::Options OptionsFor(bool create);

// Keys with the same go into one sorted file: those of a table, and of the platform's own tables
// those of a partition, so that such as only grow never overlap.
std::string_view FileOf(std::string_view key);

}  // namespace twinledger::store
