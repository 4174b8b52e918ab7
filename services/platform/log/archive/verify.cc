#include "platform/log/archive/verify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "platform/log/archive/manifest_check.h"
#include "platform/log/archive/record_checks.h"
#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

// How often something that looks wrong behind HEAD is looked at again where a process writes.
constexpr int kLooks = 4;

// Where to look for the root founding before giving up: it is the first record that was stored.
constexpr std::size_t kRootSearchRecords = 10'000;

// Whether a process holds the log open for writing.
bool IsLive(const std::filesystem::path& directory) {
  const auto lock = File::Open(directory / "LOCK", O_RDONLY);
  struct flock wanted = {};
  wanted.l_type = F_RDLCK;
  wanted.l_whence = SEEK_SET;
  return lock.ok() && ::fcntl(lock->descriptor(), F_OFD_GETLK, &wanted) == 0 &&
         wanted.l_type != F_UNLCK;
}

// Whether nothing but the zeros of an embedded log stands from the scanner's place on.
Result<bool> OnlyZerosFrom(const SegmentScanner& scanner) {
  TL_TRY(const std::uint64_t size, scanner.file().Size());
  TL_TRY(const std::string rest,
         scanner.file().ReadAt(scanner.byte(), static_cast<std::size_t>(size - scanner.byte())));
  return rest.find_first_not_of('\0') == std::string::npos;
}

class Verification {
 public:
  Verification(LogPath path, const VerifyOptions& options) : options_(options) {
    report_.path = std::move(path);
  }

  VerifyReport Run() {
    FindEnd();
    FindRoot();
    if (founding_) {
      report_.founding_hash = founding_->root_hash;
      report_.log_id = founding_->root.log_id();
      CheckPin();
    }
    RecordChecks checks(founding_ ? *founding_ : kNoFounding, options_.witnesses);
    Walk(checks);
    Collect(checks.Finish());
    if (founding_) {
      CheckPartitions();
      CheckWitnesses();
      if (report_.path.kind == LogPath::Kind::kExport) CheckManifest();
    }
    Judge();
    return std::move(report_);
  }

 private:
  inline static const Founding kNoFounding{};

  const std::filesystem::path& directory() const { return report_.path.directory; }

  void Find(FilePlace place, BadPlace bad) {
    if (bad.file.empty()) bad.file = directory();
    if (!first_bad_ || place < first_bad_->place) first_bad_ = Finding{place, std::move(bad)};
  }

  // Behind all places of the files: what is wrong with the log as a whole.
  void FindOverall(const std::filesystem::path& file, std::string why,
                   std::optional<RecordPlace> record = std::nullopt) {
    Find({UINT64_MAX, 0}, {file, 0, std::move(record), std::move(why)});
  }

  void FindError(FilePlace place, const Error& error) { Find(place, BadPlaceOf(error)); }

  // How far to read, by HEAD and what stands behind it.
  void FindEnd() {
    if (report_.path.kind == LogPath::Kind::kExport) return;
    const bool live = IsLive(directory());
    for (int look = 1; look <= (live ? kLooks : 1); ++look) {
      if (look > 1) std::this_thread::sleep_for(20ms);
      head_error_.reset();
      torn_.reset();
      damaged_slot_.reset();
      const auto head = HeadFile::Open(directory(), O_RDONLY);
      if (!head.ok()) {
        head_error_ = head.error();
        continue;
      }
      const auto end = FindLogEnd(directory(), head->head());
      if (!end.ok()) head_error_ = end.error();
      if (end.ok()) {
        end_ = end->place;
        if (end->torn && !live) torn_ = end->torn;
      }
      head_ = head->head();
      damaged_slot_ = head->bad_byte();
      if (!head_error_ && !damaged_slot_) return;
    }
    if (head_error_) FindError({UINT64_MAX, 0}, *head_error_);
  }

  // The first root founding, or the pinned one where it stands.
  void FindRoot() {
    auto scanner = SegmentScanner::Open(directory(), 1);
    if (!scanner.ok()) return;  // Found again, and told, by the walk.
    for (std::size_t i = 0; i < kRootSearchRecords; ++i) {
      const auto frame = scanner->Peek();
      if (!frame.ok() || !*frame) return;
      const auto bytes = scanner->Record(**frame);
      if (!bytes.ok() || !*bytes) return;
      std::optional<Founding> read = ReadRootFounding(ReadRecord((*frame)->offset, **bytes));
      const bool wanted =
          read && (!options_.founding_hash || read->root_hash == *options_.founding_hash);
      if (read && (!founding_ || wanted)) founding_ = std::move(read);
      if (wanted) return;
      scanner->Skip(**frame);
    }
  }

  void CheckPin() {
    if (!options_.founding_hash) {
      report_.missing.push_back(
          fmt::format("no founding hash was given: whether this is the right log is open; it calls "
                      "itself {}",
                      crypto::Hex(founding_->root_hash)));
    } else if (founding_->root_hash != *options_.founding_hash) {
      FindOverall(directory(), fmt::format("this log's founding hash is {}, you pinned {}: it is "
                                           "another log, or the hash is mistyped",
                                           crypto::Hex(founding_->root_hash),
                                           crypto::Hex(*options_.founding_hash)));
    }
  }

  // Every frame of every segment.
  void Walk(RecordChecks& checks) {
    const auto last = LastSegment(directory());
    if (!last.ok()) return FindError({1, 0}, last.error());
    const std::uint64_t until = end_ ? std::min(end_->segment, *last) : *last;
    for (std::uint64_t segment = 1; segment <= until; ++segment) {
      const Result<void> walked = WalkSegment(segment, *last, checks);
      if (!walked.ok()) return FindError(walk_place_, walked.error());
    }
    if (head_ && walk_place_ < head_->end) {
      FindOverall(SegmentPath(directory(), walk_place_.segment),
                  fmt::format("HEAD knows records up to segment {}, byte {}, and they are missing",
                              head_->end.segment, head_->end.byte));
    }
  }

  Result<void> WalkSegment(std::uint64_t segment, std::uint64_t last, RecordChecks& checks) {
    walk_place_ = {segment, 0};
    TL_TRY(SegmentScanner scanner, SegmentScanner::Open(directory(), segment));
    const std::filesystem::path& file = scanner.file().path();
    if (scanner.header().tails != tails_) {
      return Damaged(file, 0, "the segment does not follow the one before it");
    }
    const bool limited = end_ && segment == end_->segment;
    if (limited) scanner.set_limit(end_->byte);
    std::uint64_t last_frame = 0;
    while (true) {
      walk_place_.byte = scanner.byte();
      CheckHead(file, last_frame);
      if (scanner.byte() >= scanner.limit()) break;
      last_frame = scanner.byte();
      TL_TRY(const auto frame, scanner.Peek());
      if (!frame) {
        // HEAD's error says more than the zeros that stand where records were.
        TL_TRY(const bool zeros, OnlyZerosFrom(scanner));
        if (zeros && head_error_ && segment == last) break;
        return Damaged(file, scanner.byte(), "no frame that checks begins here");
      }
      const RecordPlace where{frame->partition, frame->offset, frame->first_sequence};
      TL_TRY(auto bytes, scanner.Record(*frame));
      if (!bytes) return Damaged(file, scanner.byte(), "the record's checksum is wrong", where);
      ReadRecord read(frame->offset, *std::move(bytes));
      TL_TRY_VOID(Follow(file, *frame, read, scanner.byte()));
      report_.bytes += read.bytes().size();
      checks.Add({file, walk_place_, where, std::move(read)});
      scanner.Skip(*frame);
      ++progress_.records;
    }
    if (scanner.byte() > scanner.limit()) {
      return Damaged(file, last_frame, "a frame that reaches beyond the end begins here");
    }
    if (options_.progress) options_.progress(progress_);
    return {};
  }

  // What the frame says against the record and the frames before.
  Result<void> Follow(const std::filesystem::path& file, const FrameHeader& frame,
                      const ReadRecord& record, std::uint64_t byte) {
    const RecordPlace where{frame.partition, frame.offset, frame.first_sequence};
    PartitionTail& tail = tails_[frame.partition];
    const std::optional<RecordLink> link = LinkOf(record);
    if (!link || link->partition != frame.partition ||
        link->first_sequence != frame.first_sequence || link->commits != frame.commits) {
      return Damaged(file, byte, "the frame is not that of its record", where);
    }
    if (frame.offset != tail.next_offset || !link->Follows(tail)) {
      return Damaged(file, byte, "the record does not follow the one before it", where);
    }
    tail = {frame.offset + 1, link->last_sequence(), link->hash};
    return {};
  }

  // HEAD's memory against what was read up to its place.
  void CheckHead(const std::filesystem::path& file, std::uint64_t last_frame) {
    if (!head_ || head_->end != walk_place_) return;
    if (head_->tails != tails_ || head_->last_frame != last_frame) {
      Find(walk_place_,
           {file, walk_place_.byte, std::nullopt, "HEAD knows other records before this place"});
    }
  }

  void Collect(std::map<PartitionId, CheckedPartition> checked) {
    for (auto& [partition, found] : checked) {
      VerifyReport::Partition& counts = report_.partitions[partition];
      counts = found.counts;
      counts.sequence = found.view.sequence;
      counts.hash = found.view.hash;
      if (found.first_bad && founding_) Find(found.first_bad->place, found.first_bad->bad);
    }
    checked_ = std::move(checked);
    if (founding_ || first_bad_) return;
    if (report_.bytes == 0 && report_.path.kind == LogPath::Kind::kExport) {
      FindOverall(SegmentPath(directory(), 1),
                  "the export holds no record, and every export has its log's founding: all that "
                  "it had is cut off");
    } else if (report_.bytes == 0) {
      report_.missing.push_back("the log holds nothing: it is not founded");
    } else {
      FindOverall(SegmentPath(directory(), 1), "the log begins with no founding");
    }
  }

  void CheckPartitions() {
    for (const PartitionId& partition : PartitionsOf(founding_->root)) {
      if (report_.partitions[partition].records > 0) continue;
      report_.missing.push_back(
          fmt::format("{} is not founded: the founding was interrupted, or all of it is lost",
                      ToString(partition)));
    }
  }

  void CheckWitnesses() {
    for (const Witness& witness : options_.witnesses) {
      const auto found = report_.partitions.find(witness.partition);
      const VerifyReport::Partition held =
          found == report_.partitions.end() ? VerifyReport::Partition{} : found->second;
      if (witness.sequence <= held.sequence) continue;  // Checked where the record stands.
      FindOverall(
          SegmentPath(directory(), std::max<std::uint64_t>(1, walk_place_.segment)),
          fmt::format("{} knows {} up to sequence {} and the log ends at {}: records are lost",
                      witness.name, ToString(witness.partition), witness.sequence, held.sequence),
          RecordPlace{witness.partition, held.records, held.sequence + 1});
    }
  }

  void CheckManifest() {
    std::map<PartitionId, ChainView> views;
    for (const auto& [partition, found] : checked_) views[partition] = found.view;
    ManifestFindings found = CheckManifestOf(directory(), *founding_, report_.partitions, views);
    if (found.bad) Find({UINT64_MAX, 0}, *std::move(found.bad));
    for (std::string& missing : found.missing) report_.missing.push_back(std::move(missing));
  }

  void Judge() {
    if (torn_) {
      report_.missing.push_back(fmt::format(
          "{} bytes at byte {} of {} are of a write that did not finish, or are damaged: start the "
          "server, which keeps them aside, and compare with its clients' receipts",
          torn_->size, torn_->byte, torn_->file.string()));
    }
    if (damaged_slot_) {
      report_.missing.push_back(fmt::format(
          "{}, byte {}: one of the two slots does not check: it was being written when the power "
          "failed, or it was altered; how far the log reached is known from the other one alone: "
          "compare with its clients' receipts",
          (directory() / kHeadName).string(), *damaged_slot_));
    }
    if (first_bad_) {
      report_.verdict = VerifyReport::Verdict::kInvalid;
      report_.first_bad = std::move(first_bad_->bad);
    } else if (!report_.missing.empty() || !founding_) {
      report_.verdict = VerifyReport::Verdict::kIndeterminate;
    } else {
      report_.verdict = VerifyReport::Verdict::kValid;
    }
  }

  const VerifyOptions& options_;
  VerifyReport report_;
  std::optional<Founding> founding_;
  std::optional<Head> head_;
  std::optional<Error> head_error_;
  std::optional<FilePlace> end_;  // None of an export: all of it is read.
  std::optional<TornTail> torn_;
  std::optional<std::uint64_t> damaged_slot_;  // Of HEAD, while the other one checks.
  std::optional<Finding> first_bad_;
  FilePlace walk_place_{1, 0};
  Tails tails_;
  ReadProgress progress_;
  std::map<PartitionId, CheckedPartition> checked_;
};

}  // namespace

Result<VerifyReport> VerifyLog(const std::filesystem::path& path, const VerifyOptions& options) {
  TL_TRY(LogPath resolved, ResolveLogPath(path));
  return Verification(std::move(resolved), options).Run();
}

}  // namespace twinledger::log
