#include "platform/log/embedded/committer.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "platform/base/thread_name.h"
#include "platform/log/embedded/durable.h"

namespace twinledger::log {
namespace {

void Refuse(const PendingAppend& append, Error error) {
  append.done({AppendOutcome::Kind::kNotAppended, 0, std::move(error)});
}

Error NotAtTip(const PendingAppend& append, const PartitionTail& tail) {
  const std::string partition = ToString(append.to);
  return {Code::kAborted,
          fmt::format("the record begins at sequence {} of {}, behind another record than the last "
                      "one, which ends at {}; read on and decide again",
                      append.link.first_sequence, partition, tail.last_sequence),
          "NOT_AT_TIP",
          {{"partition", partition},
           {"first_sequence", std::to_string(append.link.first_sequence)},
           {"tip", std::to_string(tail.last_sequence)}}};
}

Error TooManyPartitions(const PartitionId& partition) {
  return {
      Code::kResourceExhausted,
      fmt::format("no room in HEAD for one more partition, {}; found the log with fewer of them",
                  ToString(partition)),
      "TOO_MANY_PARTITIONS",
      {{"partition", ToString(partition)}}};
}

}  // namespace

Committer::Committer(std::filesystem::path directory, const EmbeddedOptions& options, File file,
                     LogEnd end, HeadFile head, Published& published)
    : directory_(std::move(directory)),
      options_(options),
      published_(published),
      file_(std::move(file)),
      end_(end.place),
      last_frame_(end.last_frame),
      tails_(std::move(end.tails)),
      head_(std::move(head)),
      fill_(options.fill_ahead_bytes, options.sync) {
  // Opening has read the file just before; if that fails here, so will the next write.
  const Result<std::uint64_t> size = file_.Size();
  const Result<SegmentHeader> header = ReadSegmentHeader(file_, end_.segment);
  header_size_ = header.ok() ? header->size : 0;
  fill_.Use(&file_, end_.byte, size.ok() ? *size : end_.byte, options_.segment_bytes);
  if (head_.head().end != end_ || head_.bad_byte()) WriteHead();
  thread_ = std::jthread([this] { Run(); });
}

Committer::~Committer() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
    arrived_.SignalAll();
  }
  thread_.join();
  fill_.Use(nullptr, 0, 0, 0);
  if (head_is_behind_) WriteHead();
}

void Committer::Submit(PendingAppend append) {
  const absl::MutexLock lock(&mutex_);
  waiting_.push_back(std::move(append));
  if (holds_ == 0) arrived_.Signal();
}

void Committer::Hold() {
  const absl::MutexLock lock(&mutex_);
  ++holds_;
}

void Committer::Release() {
  const absl::MutexLock lock(&mutex_);
  if (--holds_ == 0 && !waiting_.empty()) arrived_.Signal();
}

absl::Duration Committer::WritesFor() const {
  const absl::MutexLock lock(&mutex_);
  return std::max(absl::Now() - writes_since_, absl::ZeroDuration());
}

void Committer::Run() {
  NameThread("log writer");
  while (true) {
    std::vector<PendingAppend> appends = TakeWaiting();
    const bool idle = appends.empty();
    Store(std::move(appends));
    if (head_is_behind_ &&
        absl::Now() - head_written_ >= absl::FromChrono(options_.head_interval)) {
      WriteHead();
    }
    const absl::MutexLock lock(&mutex_);
    writes_since_ = absl::InfiniteFuture();
    if (idle && stopping_ && waiting_.empty()) return;
  }
}

// Nothing if HEAD is due before anything came.
std::vector<PendingAppend> Committer::TakeWaiting() {
  const absl::Time deadline = head_is_behind_
                                  ? head_written_ + absl::FromChrono(options_.head_interval)
                                  : absl::InfiniteFuture();
  const absl::MutexLock lock(&mutex_);
  while ((waiting_.empty() || holds_ > 0) && !stopping_ &&
         !arrived_.WaitWithDeadline(&mutex_, deadline)) {
  }
  writes_since_ = absl::Now();
  return std::exchange(waiting_, {});
}

void Committer::Store(std::vector<PendingAppend> appends) {
  for (PendingAppend& append : appends) Stage(std::move(append));
  Flush();
}

std::optional<Error> Committer::WhyNot(const PendingAppend& append) const {
  if (append.refused) return append.refused;
  const PartitionTail tail = TailOf(tails_, append.to);
  if (!append.link.Follows(tail)) return NotAtTip(append, tail);
  if (tail.next_offset == 0) {
    Tails with = tails_;
    with[append.to] = {};
    if (!FitsHead(with)) return TooManyPartitions(append.to);
  }
  return std::nullopt;
}

void Committer::Stage(PendingAppend append) {
  FrameHeader frame;
  frame.partition = append.to;
  frame.stored_size = static_cast<std::uint32_t>(append.packed.bytes.size());
  const std::uint64_t used = end_.byte + group_.size();
  if (used + frame.size() > options_.segment_bytes && used > header_size_) {
    Flush();
    if (Result<void> rolled = Roll(); !rolled.ok()) {
      return Refuse(append, std::move(rolled).error());
    }
  }
  if (std::optional<Error> error = WhyNot(append)) return Refuse(append, *std::move(error));

  PartitionTail& tail = tails_[append.to];
  frame.place = {end_.segment, end_.byte + group_.size()};
  frame.group_distance = static_cast<std::uint32_t>(group_.size());
  frame.offset = tail.next_offset;
  frame.first_sequence = append.link.first_sequence;
  frame.commits = append.link.commits;
  PutFrame(group_, frame, append.packed);
  const RecordLink link = append.link;
  staged_.push_back({std::move(append), frame.offset, tail});
  tail = {frame.offset + 1, link.last_sequence(), link.hash};
}

void Committer::Flush() {
  if (staged_.empty()) return;
  const std::string group = std::exchange(group_, {});
  const std::vector<Staged> staged = std::exchange(staged_, {});
  if (end_.byte + group.size() > fill_.filled()) fill_.Pause();

  const int error_number = file_.WriteAt(end_.byte, group);
  if (error_number != 0) {
    if (!IsOutOfSpace(error_number)) StopAfterFailedWrite("write", file_.path(), error_number);
    CleanTail();
    for (auto undone = staged.rbegin(); undone != staged.rend(); ++undone) {
      tails_[undone->append.to] = undone->before;
      if (undone->before.next_offset == 0) tails_.erase(undone->append.to);
    }
    const Error error = FileError("write", file_.path(), error_number);
    for (const Staged& refused : staged) Refuse(refused.append, error);
    return;
  }
  SyncOrStop(file_, options_.sync);

  Tails changed;
  for (const Staged& stored : staged) changed[stored.append.to] = tails_[stored.append.to];
  last_frame_ = end_.byte + group.size() - staged.back().append.packed.bytes.size() -
                kFrameFixedSize - staged.back().append.to.stream.size();
  end_.byte += group.size();
  head_is_behind_ = true;
  fill_.Advance(end_.byte);
  published_.Advance(end_, changed);
  for (const Staged& stored : staged) {
    stored.append.done({AppendOutcome::Kind::kAppended, stored.offset, {}});
  }
}

// Takes back a group of which a part is written. It must not be found by a later opening, since its
// callers hear that it is not in the log: zeros again, and synced before they hear it.
void Committer::CleanTail() {
  fill_.Pause();
  const std::uint64_t kept = std::max(fill_.filled(), end_.byte);
  int error_number = file_.Resize(kept);
  if (error_number == 0) {
    error_number =
        file_.WriteAt(end_.byte, std::string(static_cast<std::size_t>(kept - end_.byte), '\0'));
  }
  if (error_number != 0) StopAfterFailedWrite("clean", file_.path(), error_number);
  SyncOrStop(file_, options_.sync);
  fill_.Advance(end_.byte);
}

// Ends this segment and begins the next one. After an error this one is still in use.
Result<void> Committer::Roll() {
  fill_.Use(nullptr, 0, 0, 0);
  const int error_number = file_.Resize(end_.byte);
  if (error_number != 0) StopAfterFailedWrite("cut", file_.path(), error_number);
  SyncOrStop(file_, options_.sync);

  const std::string header = MakeSegmentHeader(end_.segment + 1, tails_);
  const std::filesystem::path next = SegmentPath(directory_, end_.segment + 1);
  Result<void> made = WriteWhole(next, header);
  if (!made.ok()) {
    std::error_code ignored;
    // Half made, it may or may not be there after a crash.
    if (std::filesystem::exists(next, ignored)) StopAfterFailedWrite("create", next, EIO);
    fill_.Use(&file_, end_.byte, end_.byte, options_.segment_bytes);
    return made;
  }
  Result<File> file = File::Open(next, O_RDWR);
  if (!file.ok()) StopAfterFailedWrite("open", next, EIO);
  file_ = *std::move(file);
  header_size_ = header.size();
  end_ = {end_.segment + 1, header.size()};
  last_frame_ = 0;
  fill_.Use(&file_, end_.byte, end_.byte, options_.segment_bytes);
  published_.Advance(end_, {});
  WriteHead();
  return {};
}

// A full disk may keep HEAD from being written: it only stays behind for longer.
void Committer::WriteHead() {
  head_written_ = absl::Now();
  const int error_number = head_.Write({0, end_, last_frame_, tails_});
  if (error_number != 0) {
    if (!IsOutOfSpace(error_number)) {
      StopAfterFailedWrite("write", head_.file().path(), error_number);
    }
    return;
  }
  SyncOrStop(head_.file(), options_.sync);
  head_is_behind_ = false;
}

}  // namespace twinledger::log
