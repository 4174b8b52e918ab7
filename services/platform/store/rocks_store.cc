#include "platform/store/rocks_store.h"

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/store/rocks_options.h"
#include "platform/store/sorted_run.h"
#include "platform/store/table.h"

namespace twinledger::store {
namespace {

namespace fs = std::filesystem;

Error FromStatus(const rocksdb::Status& status, const fs::path& folder) {
  const std::string text = status.ToString();
  const auto error = [&](Code code, std::string_view what, std::string reason) {
    return Error{code,
                 "the store in " + folder.string() + " " + std::string(what) + ": " + text,
                 std::move(reason),
                 {{"folder", folder.string()}, {"cause", text}}};
  };
  if (status.IsNoSpace()) {
    return error(Code::kResourceExhausted, "has no room: free space on its disk", "DISK_FULL");
  }
  const bool locked =
      text.find("lock file") != std::string::npos || text.find("lock hold") != std::string::npos;
  if (status.IsIOError() && locked) {
    return error(Code::kFailedPrecondition, "is open in another process: end that one first",
                 "STORE_IN_USE");
  }
  if (status.IsIOError() && !status.IsPathNotFound()) {
    return error(Code::kUnavailable, "could not be read or written", "STORE_IO");
  }
  return error(Code::kDataLoss, "is damaged: rebuild the projection from the log", "STORE_DAMAGED");
}

// What is left to RocksDB and to others on the disk. RocksDB as Debian builds it ends the process
// when it comes back to a write-ahead log that a full disk has stopped (an assertion), so nothing
// is begun so near the end: what is in memory by then has room to be flushed.
constexpr std::uint64_t kRoomLeft = std::uint64_t{32} << 20;

Result<void> CheckRoom(const fs::path& folder, std::uint64_t bytes) {
  struct statvfs disk = {};
  // A disk that does not tell is asked by the write itself.
  if (::statvfs(folder.c_str(), &disk) != 0 || disk.f_blocks == 0) return {};
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= kRoomLeft + bytes) return {};
  return Error{Code::kResourceExhausted,
               "the store in " + folder.string() + " has no room, for it leaves " +
                   std::to_string(kRoomLeft >> 20) +
                   " MiB of its disk free: free some space, and it goes on.",
               "DISK_FULL",
               {{"folder", folder.string()}, {"free_bytes", std::to_string(free)}}};
}

// Without names of files: callers hear it.
Error BeingMadeAnew() {
  return Error{.code = Code::kUnavailable,
               .message =
                   "what this is read from is damaged, and is made again from the log: "
                   "repeat the call later",
               .reason = "STORE_DAMAGED",
               .retry_after = std::chrono::seconds(5)};
}

bool IsAbsentOrEmpty(const fs::path& folder) {
  std::error_code error;
  return !fs::exists(folder, error) || fs::is_empty(folder, error);
}

Error Absent(const fs::path& folder) {
  return Error{Code::kNotFound,
               "there is no store in " + folder.string(),
               "STORE_ABSENT",
               {{"folder", folder.string()}}};
}

// Of a key in a batch, and of the batch itself: kind, and lengths of key and value.
constexpr std::size_t kFramingBytesMost = 16;

// One sorted file for each table of a run, and of the platform's own for each partition: so those
// that only grow never overlap, and go where nothing merges them again.
class SortedFiles {
 public:
  SortedFiles(const rocksdb::Options& options, fs::path folder)
      : options_(options), folder_(std::move(folder)) {}
  ~SortedFiles() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  rocksdb::Status Add(std::string_view key, std::string_view value) {
    const std::string_view part = FileOf(key);
    if (!writer_ || part != part_) {
      if (rocksdb::Status status = Finish(); !status.ok()) return status;
      part_ = part;
      paths_.push_back(folder_ / (std::to_string(paths_.size()) + ".sst"));
      writer_.emplace(rocksdb::EnvOptions(), options_);
      if (rocksdb::Status status = writer_->Open(paths_.back()); !status.ok()) return status;
    }
    return writer_->Put(ToSlice(key), ToSlice(value));
  }

  rocksdb::Status Finish() {
    if (!writer_) return rocksdb::Status::OK();
    rocksdb::Status status = writer_->Finish();
    writer_.reset();
    return status;
  }

  const std::vector<std::string>& paths() const { return paths_; }

 private:
  const rocksdb::Options& options_;
  const fs::path folder_;
  std::string part_;
  std::vector<std::string> paths_;
  std::optional<rocksdb::SstFileWriter> writer_;
};

}  // namespace

class RocksStore::Database {
 public:
  Database(std::unique_ptr<rocksdb::DB> opened, fs::path where)
      : db(std::move(opened)), folder(std::move(where)) {}
  ~Database() {
    spare_lookup_.reset();
    if (!remove_folder) return;
    db.reset();
    std::error_code error;  // What is left is removed by the next start.
    fs::remove_all(folder, error);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<std::optional<std::string>> Get(std::string_view key,
                                         const rocksdb::ReadOptions& options) const {
    std::string value;
    const rocksdb::Status status = db->Get(options, ToSlice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return Fail(status);
    return std::optional<std::string>(std::move(value));
  }

  // Of what reads and writes rows. The first damage is kept.
  Error Fail(const rocksdb::Status& status) const {
    Error error = FromStatus(status, folder);
    if (error.reason != "STORE_DAMAGED") return error;
    Keep(error);
    return BeingMadeAnew();
  }
  Result<void> ToResult(const rocksdb::Status& status) const {
    return status.ok() ? Result<void>() : Fail(status);
  }

  void Keep(const Error& damage) const {
    const std::lock_guard lock(mutex_);
    if (!damage_) damage_ = damage;
  }
  std::optional<Error> damage() const {
    const std::lock_guard lock(mutex_);
    return damage_;
  }

  // An iterator of the newest rows, by filters. Who writes makes one for every few lookups, which
  // costs as much as they do; one that was made before and is not in use is brought up to date.
  std::unique_ptr<rocksdb::Iterator> TakeLookup() const {
    std::unique_ptr<rocksdb::Iterator> lookup;
    {
      const std::lock_guard lock(mutex_);
      lookup = std::move(spare_lookup_);
    }
    if (lookup && lookup->Refresh().ok()) return lookup;
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(rocksdb::ReadOptions()));
  }
  void GiveBack(std::unique_ptr<rocksdb::Iterator> lookup) const {
    if (!lookup->status().ok()) return;
    const std::lock_guard lock(mutex_);
    if (!spare_lookup_) spare_lookup_ = std::move(lookup);
  }

  std::unique_ptr<rocksdb::DB> db;
  const fs::path folder;
  std::atomic<bool> remove_folder = false;

 private:
  mutable std::mutex mutex_;
  mutable std::optional<Error> damage_;                      // Guarded by mutex_,
  mutable std::unique_ptr<rocksdb::Iterator> spare_lookup_;  // as this; gone before `db`.
};

class RocksStore::Walk : public Iterator {
 public:
  Walk(std::shared_ptr<const Database> database, std::unique_ptr<rocksdb::Iterator> at)
      : database_(std::move(database)), at_(std::move(at)) {}

  bool Valid() const override { return at_->Valid(); }
  void Next() override { at_->Next(); }
  void Seek(std::string_view key) override { at_->Seek(ToSlice(key)); }
  std::string_view key() const override { return ToView(at_->key()); }
  std::string_view value() const override { return ToView(at_->value()); }
  Result<void> status() const override { return database_->ToResult(at_->status()); }

  // By filters, or in the order of all keys.
  static std::unique_ptr<Iterator> Lookup(const std::shared_ptr<const Database>& database,
                                          const rocksdb::ReadOptions& options) {
    return Of(database, options);
  }
  static std::unique_ptr<Iterator> InOrder(const std::shared_ptr<const Database>& database,
                                           rocksdb::ReadOptions options) {
    options.total_order_seek = true;
    return Of(database, options);
  }

 protected:
  const std::shared_ptr<const Database> database_;
  std::unique_ptr<rocksdb::Iterator> at_;

 private:
  static std::unique_ptr<Iterator> Of(const std::shared_ptr<const Database>& database,
                                      const rocksdb::ReadOptions& options) {
    return std::make_unique<Walk>(
        database, std::unique_ptr<rocksdb::Iterator>(database->db->NewIterator(options)));
  }
};

// With one that is given back.
class RocksStore::NewestLookup final : public Walk {
 public:
  explicit NewestLookup(const std::shared_ptr<const Database>& database)
      : Walk(database, database->TakeLookup()) {}
  ~NewestLookup() override { database_->GiveBack(std::move(at_)); }
  NewestLookup(const NewestLookup&) = delete;
  NewestLookup& operator=(const NewestLookup&) = delete;
};

class RocksStore::View final : public KeyValueReader {
 public:
  explicit View(std::shared_ptr<const Database> database) : database_(std::move(database)) {
    options_.snapshot = database_->db->GetSnapshot();
  }
  ~View() override { database_->db->ReleaseSnapshot(options_.snapshot); }
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  Result<std::optional<std::string>> Get(std::string_view key) const override {
    return database_->Get(key, options_);
  }
  std::unique_ptr<Iterator> NewIterator() const override {
    return Walk::InOrder(database_, options_);
  }
  std::unique_ptr<Iterator> NewLookup() const override { return Walk::Lookup(database_, options_); }

 private:
  const std::shared_ptr<const Database> database_;
  rocksdb::ReadOptions options_;
};

RocksStore::RocksStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

RocksStore::~RocksStore() {
  // What fails to reach the disk here is read from the log again. In a sorted file it is part of
  // what the manifest knows: nothing that was stored can be lost without being missed.
  database_->db->FlushWAL(true).PermitUncheckedError();
  database_->db->Flush(rocksdb::FlushOptions()).PermitUncheckedError();
}

Result<std::unique_ptr<RocksStore>> RocksStore::OpenFolder(const fs::path& folder, bool create) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(OptionsFor(create), folder.string(), &db);
  if (!status.ok()) return FromStatus(status, folder);
  auto database = std::make_shared<Database>(std::unique_ptr<rocksdb::DB>(db), folder);
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(database)));
}

Result<std::unique_ptr<RocksStore>> RocksStore::Create(const fs::path& folder) {
  if (!IsAbsentOrEmpty(folder)) {
    return Error{Code::kAlreadyExists,
                 "a store is to be made in " + folder.string() + ", which is not empty",
                 "STORE_EXISTS",
                 {{"folder", folder.string()}}};
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return Error{Code::kUnavailable,
                 "the folder " + folder.string() + " cannot be made: " + error.message(),
                 "STORE_IO",
                 {{"folder", folder.string()}, {"cause", error.message()}}};
  }
  return OpenFolder(folder, true);
}

Result<std::unique_ptr<RocksStore>> RocksStore::Open(const fs::path& folder) {
  if (IsAbsentOrEmpty(folder)) return Absent(folder);
  return OpenFolder(folder, false);
}

Result<std::unique_ptr<KeyValueReader>> RocksStore::OpenForReading(const fs::path& folder) {
  if (IsAbsentOrEmpty(folder)) return Absent(folder);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(OptionsFor(false), folder.string(), &db);
  if (!status.ok()) return FromStatus(status, folder);
  auto database = std::make_shared<Database>(std::unique_ptr<rocksdb::DB>(db), folder);
  return std::unique_ptr<KeyValueReader>(std::make_unique<View>(std::move(database)));
}

Result<std::optional<std::string>> RocksStore::Get(std::string_view key) const {
  return database_->Get(key, rocksdb::ReadOptions());
}

std::unique_ptr<Iterator> RocksStore::NewIterator() const {
  return Walk::InOrder(database_, rocksdb::ReadOptions());
}

std::unique_ptr<Iterator> RocksStore::NewLookup() const {
  return std::make_unique<NewestLookup>(database_);
}

std::shared_ptr<const KeyValueReader> RocksStore::Snapshot() const {
  return std::make_shared<View>(database_);
}

Result<void> RocksStore::Write(const Batch& batch) {
  const Batch* const one = &batch;
  return WriteAll({&one, 1});
}

Result<void> RocksStore::WriteAll(std::span<const Batch* const> batches) {
  std::size_t bytes = kFramingBytesMost;
  for (const Batch* const batch : batches) {
    for (const auto& [key, value] : *batch) {
      bytes += key.size() + (value ? value->size() : 0) + kFramingBytesMost;
    }
  }
  TL_TRY_VOID(CheckRoom(database_->folder, bytes));
  TL_TRY_VOID(SetRebuilds(false));
  rocksdb::WriteBatch writes(bytes);
  for (const Batch* const batch : batches) {
    for (const auto& [key, value] : *batch) {
      const rocksdb::Status status = value ? writes.Put(key, *value) : writes.Delete(key);
      if (!status.ok()) return database_->Fail(status);
    }
  }
  return database_->ToResult(database_->db->Write(rocksdb::WriteOptions(), &writes));
}

Result<void> RocksStore::Ingest(std::shared_ptr<const SortedRun> rows) {
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : rows->rows()) bytes += key.size() + value.size();
  TL_TRY_VOID(CheckRoom(database_->folder, bytes));
  TL_TRY_VOID(SetRebuilds(true));
  rocksdb::Options options = database_->db->GetOptions();
  options.compression_per_level.clear();  // Of the last level, they would have its.
  const fs::path folder = database_->folder / "ingest";
  std::error_code error;
  fs::create_directory(folder, error);  // A failure shows where the files are made.
  SortedFiles files(options, folder);
  for (const auto& [key, value] : rows->rows()) {
    TL_TRY_VOID(database_->ToResult(files.Add(key, value)));
  }
  TL_TRY_VOID(database_->ToResult(files.Finish()));
  if (files.paths().empty()) return {};
  rocksdb::IngestExternalFileOptions ingest;
  ingest.move_files = true;
  return database_->ToResult(database_->db->IngestExternalFile(files.paths(), ingest));
}

Result<void> RocksStore::SetRebuilds(bool rebuilds) {
  if (rebuilds == rebuilds_) return {};
  TL_TRY_VOID(database_->ToResult(database_->db->SetOptions(WhenToMerge(rebuilds))));
  rebuilds_ = rebuilds;
  return {};
}

void RocksStore::RemoveWhenClosed() { database_->remove_folder = true; }

Result<void> RocksStore::Verdict() const {
  const std::optional<Error> damage = database_->damage();
  return damage ? Result<void>(*damage) : Result<void>();
}

bool RocksStore::IsLive(const std::string& file) const {
  std::vector<rocksdb::LiveFileMetaData> files;
  database_->db->GetLiveFilesMetaData(&files);
  return std::ranges::any_of(files, [&](const auto& live) { return live.name == file; });
}

Result<void> RocksStore::Verify(const std::function<bool()>& go_on) const {
  std::vector<rocksdb::LiveFileMetaData> files;
  database_->db->GetLiveFilesMetaData(&files);
  const rocksdb::Options options = database_->db->GetOptions();
  for (const rocksdb::LiveFileMetaData& file : files) {
    rocksdb::SstFileReader reader(options);
    rocksdb::Status status = reader.Open(file.db_path + file.name);
    if (status.ok()) status = reader.VerifyChecksum();
    // One that a compaction replaced meanwhile is gone.
    if (!status.ok() && IsLive(file.name)) {
      Error error = FromStatus(status, database_->folder);
      if (error.reason == "STORE_DAMAGED") database_->Keep(error);
      return error;
    }
    if (!go_on()) return Error{Code::kCancelled, "the check was given up", "CANCELLED"};
  }
  return {};
}

}  // namespace twinledger::store
