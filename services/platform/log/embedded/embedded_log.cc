#include "platform/log/embedded/embedded_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>

#include "platform/log/embedded/segment_reader.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

Error Missing(const std::filesystem::path& directory) {
  return {
      Code::kNotFound,
      fmt::format("no log in {}; give the right directory, restore a backup, or found a new log "
                  "with `twinledger log init`",
                  directory.string()),
      "LOG_MISSING",
      {{"directory", directory.string()}}};
}

bool IsEmptyOrMissing(const std::filesystem::path& directory) {
  std::error_code error;
  const bool empty = std::filesystem::is_empty(directory, error);
  return error == std::errc::no_such_file_or_directory || (!error && empty);
}

Result<File> Lock(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "LOCK";
  TL_TRY(File file, File::Open(path, O_RDWR | O_CREAT));
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return FileError("lock", path, errno);
    return Error{Code::kFailedPrecondition,
                 fmt::format("another process writes to the log in {}; stop it first, or ask it",
                             directory.string()),
                 "LOG_IN_USE",
                 {{"directory", directory.string()}}};
  }
  return file;
}

// Runs callbacks until the session is gone; whoever closes it waits for the one that runs.
struct Gate {
  absl::Mutex mutex;
  bool open ABSL_GUARDED_BY(mutex) = true;
};

class EmbeddedSession final : public AppendSession {
 public:
  explicit EmbeddedSession(Committer& committer) : committer_(committer) {}

  ~EmbeddedSession() override {
    const absl::MutexLock lock(&gate_->mutex);
    gate_->open = false;
  }

  void Append(const PartitionId& to, std::string record, AppendCallback done) override {
    PendingAppend append;
    append.to = to;
    append.done = [gate = gate_, done = std::move(done)](const AppendOutcome& outcome) {
      const absl::MutexLock lock(&gate->mutex);
      if (gate->open) done(outcome);
    };
    const std::optional<RecordLink> link = LinkOf(record);
    if (!link || link->partition != to || to.stream.empty() || to.stream.size() > kStreamNameMax) {
      append.refused =
          Error{Code::kInvalidArgument,
                fmt::format("not a record of {} with 1 to {} commits and at most {} bytes",
                            ToString(to), kRecordCommitsMax, kRecordBytesMax),
                "BAD_RECORD",
                {{"partition", ToString(to)}, {"bytes", std::to_string(record.size())}}};
    } else {
      append.link = *link;
      append.packed = Pack(std::move(record));
    }
    committer_.Submit(std::move(append));
  }

 private:
  Committer& committer_;
  // Shared with the callbacks in flight, which outlive the session.
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
};

}  // namespace

Result<void> EmbeddedLog::Create(const std::filesystem::path& directory) {
  constexpr mode_t kPrivate = 0700;
  if (!IsEmptyOrMissing(directory)) {
    return Error{
        Code::kAlreadyExists,
        fmt::format("{} is not empty; choose another directory for a new log", directory.string()),
        "LOG_EXISTS",
        {{"directory", directory.string()}}};
  }
  // Made aside and renamed, so that a crash leaves the whole log or none.
  std::filesystem::path made = directory;
  made += ".new";
  std::error_code error;
  std::filesystem::remove_all(made, error);
  if (::mkdir(made.c_str(), kPrivate) != 0) return FileError("create", made, errno);
  const std::string header = MakeSegmentHeader(1, {});
  TL_TRY_VOID(WriteWhole(SegmentPath(made, 1), header));
  TL_TRY_VOID(WriteWhole(made / kHeadName, HeadFile::Initial({1, {1, header.size()}, 0, {}})));
  if (::rename(made.c_str(), directory.c_str()) != 0) return FileError("create", directory, errno);
  return SyncDirectory(directory.parent_path());
}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::Open(const std::filesystem::path& directory,
                                                       const EmbeddedOptions& options) {
  // A file size limit must be an error of the write and not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  if (IsEmptyOrMissing(directory)) return Missing(directory);
  TL_TRY(File lock, Lock(directory));
  TL_TRY(HeadFile head, HeadFile::Open(directory, O_RDWR));
  TL_TRY(LogEnd end, FindLogEnd(directory, head.head()));
  if (end.torn) {
    TL_TRY(end.torn, SetAside(directory, *end.torn));
  }
  TL_TRY(File file, File::Open(SegmentPath(directory, end.place.segment), O_RDWR));
  std::unique_ptr<EmbeddedLog> log(new EmbeddedLog(directory, end));
  log->lock_ = std::move(lock);
  log->committer_ = std::make_unique<Committer>(directory, options, std::move(file), std::move(end),
                                                std::move(head), log->published_);
  return log;
}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::OpenReadOnly(
    const std::filesystem::path& directory) {
  if (IsEmptyOrMissing(directory)) return Missing(directory);
  // While another process writes, what is read first may be older than what is read later, and
  // that looks like damage. Damage is still there at the next look.
  constexpr int kLooks = 4;
  for (int look = 1;; ++look) {
    const auto head = HeadFile::Open(directory, O_RDONLY);
    if (head.ok()) {
      const auto end = FindLogEnd(directory, head->head());
      if (end.ok()) return std::unique_ptr<EmbeddedLog>(new EmbeddedLog(directory, *end));
      if (look == kLooks) return end.error();
    } else if (look == kLooks) {
      return head.error();
    }
    std::this_thread::sleep_for(20ms);
  }
}

Result<std::unique_ptr<EmbeddedLog>> EmbeddedLog::OpenWithoutHead(
    const std::filesystem::path& directory) {
  if (IsEmptyOrMissing(directory)) return Missing(directory);
  Head head;
  {
    TL_TRY(const SegmentScanner first, SegmentScanner::Open(directory, 1));
    head.end = {1, first.header().size};
  }
  TL_TRY(const LogEnd end, FindLogEnd(directory, head));
  if (end.torn) {
    return Damaged(end.torn->file, end.torn->byte, "no frame that checks begins here");
  }
  return std::unique_ptr<EmbeddedLog>(new EmbeddedLog(directory, end));
}

EmbeddedLog::EmbeddedLog(std::filesystem::path directory, const LogEnd& end)
    : directory_(std::move(directory)), torn_(end.torn), published_(end.place, end.tails) {}

EmbeddedLog::~EmbeddedLog() = default;

Result<std::unique_ptr<AppendSession>> EmbeddedLog::OpenSession() {
  if (committer_ == nullptr) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("the log in {} is open for reading only", directory_.string()),
                 "READ_ONLY",
                 {{"directory", directory_.string()}}};
  }
  return std::unique_ptr<AppendSession>(std::make_unique<EmbeddedSession>(*committer_));
}

Result<std::unique_ptr<Reader>> EmbeddedLog::OpenReader(std::vector<ReadFrom> from) {
  return SegmentReader::Open(directory_, published_, committer_ != nullptr, from);
}

Result<Offset> EmbeddedLog::Tail(const PartitionId& partition) {
  return published_.tail(partition).next_offset;
}

std::vector<PartitionId> EmbeddedLog::Partitions() const {
  std::vector<PartitionId> partitions;
  for (const auto& [partition, tail] : published_.tails()) partitions.push_back(partition);
  return partitions;
}

}  // namespace twinledger::log
