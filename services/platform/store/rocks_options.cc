#include "platform/store/rocks_options.h"

#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <memory>

#include "platform/store/row_format.h"
#include "platform/store/table.h"

namespace twinledger::store {
namespace {

// The platform's own tables grow at their ends, each partition by itself: a memtable finds the
// place of such a row beside the one before, without going down its list.
class GrowingEnds final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "twinledger.GrowingEnds"; }

  bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() >= kTableBytes && key[0] == 0 &&
           static_cast<unsigned char>(key[1]) < kModuleTables;
  }

  // Table, stream and partition.
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    constexpr std::string_view kPartEnd("\0\1", 2);
    const std::string_view text = ToView(key);
    std::size_t end = kTableBytes;
    for (int part = 0; part < 2; ++part) {
      const std::size_t at = text.find(kPartEnd, end);
      if (at == std::string_view::npos) return key;
      end = at + kPartEnd.size();
    }
    return ToSlice(text.substr(0, end));
  }
};

// All versions of a row, of which filters know whether a file or a memtable has any: most rows that
// are looked for are new.
class VersionsOfARow final : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "twinledger.VersionsOfARow"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() >= kTableBytes + kVersionBytes;
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return ToSlice(RowOf(ToView(key)));
  }
};

constexpr double kFilterBitsARow = 10;  // Of a hundred files without a row, one is asked.
constexpr double kFilterOfMemtable = 0.1;

// A run of sorted files brings one for each table, so a few runs bring so many. If they were merged
// as soon as files that memtables become, each run would be merged with all before it.
constexpr int kFilesOfARebuild = 48;
constexpr int kFilesOfMemtables = 4;

constexpr std::size_t kLevelsOftenMerged = 3;  // The second of them grows to 256 MiB.

}  // namespace

rocksdb::Options OptionsFor(bool create) {
  rocksdb::Options options;
  options.create_if_missing = create;
  options.error_if_exists = create;
  options.paranoid_checks = true;
  options.force_consistency_checks = true;
  // Packed well is what seldom comes to be merged again, from some gigabytes on: to pack it so is
  // half of what it costs to write a file, and the first levels are written over and over.
  options.compression = rocksdb::kLZ4Compression;
  options.compression_per_level.assign(kLevelsOftenMerged, rocksdb::kLZ4Compression);
  options.compression_per_level.push_back(rocksdb::kZSTD);
  options.compression_opts.level = 1;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 2;
  options.max_log_file_size = std::size_t{1} << 20;
  // What a rebuild left unmerged is merged while it is served: nobody waits for that.
  options.level0_file_num_compaction_trigger = kFilesOfMemtables;
  options.level0_slowdown_writes_trigger = 8 * kFilesOfARebuild;
  options.level0_stop_writes_trigger = 16 * kFilesOfARebuild;
  options.write_buffer_size = std::size_t{16} << 20;  // A server holds several stores.
  options.prefix_extractor = std::make_shared<VersionsOfARow>();
  options.memtable_prefix_bloom_size_ratio = kFilterOfMemtable;
  rocksdb::BlockBasedTableOptions files;
  files.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsARow));
  files.whole_key_filtering = false;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(files));
  options.memtable_insert_with_hint_prefix_extractor = std::make_shared<GrowingEnds>();
  return options;
}

MergingOptions WhenToMerge(bool rebuilds) {
  const int files = rebuilds ? kFilesOfARebuild : kFilesOfMemtables;
  return {{"level0_file_num_compaction_trigger", std::to_string(files)}};
}

std::string_view FileOf(std::string_view key) {
  const GrowingEnds ends;
  const rocksdb::Slice whole = ToSlice(key);
  return ends.InDomain(whole) ? ToView(ends.Transform(whole)) : key.substr(0, kTableBytes);
}

}  // namespace twinledger::store
