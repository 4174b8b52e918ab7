#include "platform/log/embedded/embedded_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
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

Result<File> Lock(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "LOCK";
  TL_TRY(File file, File::Open(path, O_RDWR | O_CREAT));
  // Of the open file, not of the process: closing another descriptor of it does not end it.
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.descriptor(), F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES) return FileError("lock", path, errno);
    return Error{Code::kFailedPrecondition,
                 fmt::format("another process writes to the log in {}; stop it first, or ask it",
                             directory.string()),
                 "LOG_IN_USE",
                 {{"directory", directory.string()}}};
  }
  return file;
}

Error TooLarge(const PartitionId& to, std::size_t bytes) {
  return {Code::kInvalidArgument,
          fmt::format("a record of {} has {} bytes and may have {}; put fewer commits into it",
                      ToString(to), bytes, kRecordBytesMax),
          "BAD_RECORD",
          {{"partition", ToString(to)}, {"bytes", std::to_string(bytes)}}};
}

Error NoRecord(const PartitionId& to) {
  return {Code::kInvalidArgument,
          fmt::format("not a record of {} with 1 to {} commits", ToString(to), kRecordCommitsMax),
          "BAD_RECORD",
          {{"partition", ToString(to)}}};
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
    if (record.size() > kRecordBytesMax) {
      append.refused = TooLarge(to, record.size());
    } else if (!link || link->partition != to || to.stream.empty() ||
               to.stream.size() > kStreamNameMax) {
      append.refused = NoRecord(to);
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

class HeldCommitter final : public HeldAppends {
 public:
  explicit HeldCommitter(Committer& committer) : committer_(committer) { committer_.Hold(); }
  ~HeldCommitter() override { committer_.Release(); }

 private:
  Committer& committer_;
};

}  // namespace

Result<void> EmbeddedLog::Create(const std::filesystem::path& directory) {
  if (!IsEmptyOrMissing(directory)) {
    return Error{
        Code::kAlreadyExists,
        fmt::format("{} is not empty; choose another directory for a new log", directory.string()),
        "LOG_EXISTS",
        {{"directory", directory.string()}}};
  }
  NewDirectory created(directory);
  TL_TRY_VOID(created.Make());
  const std::string header = MakeSegmentHeader(1, {});
  TL_TRY_VOID(WriteWhole(SegmentPath(created.made(), 1), header));
  TL_TRY_VOID(
      WriteWhole(created.made() / kHeadName, HeadFile::Initial({1, {1, header.size()}, 0, {}})));
  return created.Place();
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
  log->damaged_head_byte_ = head.bad_byte();
  log->hangs_after_ = absl::FromChrono(options.hangs_after);
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
    : directory_(std::move(directory)),
      torn_(end.torn),
      published_(end.place, end.tails),
      last_frames_(directory_, end.place, end.tails) {}

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

std::unique_ptr<HeldAppends> EmbeddedLog::HoldAppends() {
  return committer_ == nullptr ? nullptr : std::make_unique<HeldCommitter>(*committer_);
}

Result<std::unique_ptr<Reader>> EmbeddedLog::OpenReader(std::vector<ReadFrom> from) {
  return SegmentReader::Open(directory_, published_, last_frames_, committer_ != nullptr, from);
}

Result<Offset> EmbeddedLog::Tail(const PartitionId& partition) {
  return published_.tail(partition).next_offset;
}

Result<void> EmbeddedLog::Verdict() const {
  if (committer_ == nullptr || committer_->WritesFor() <= hangs_after_) return {};
  return Error{Code::kUnavailable,
               fmt::format("the disk of {} has not done a write for more than {}; nothing is "
                           "recorded until it has: look at the disk and at the kernel's log",
                           directory_.string(), absl::FormatDuration(hangs_after_)),
               "DISK_HANGS",
               {{"directory", directory_.string()}}};
}

std::vector<PartitionId> EmbeddedLog::Partitions() const {
  std::vector<PartitionId> partitions;
  for (const auto& [partition, tail] : published_.tails()) partitions.push_back(partition);
  return partitions;
}

}  // namespace twinledger::log
