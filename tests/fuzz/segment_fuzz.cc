// A log and an export as a disk or a hand may have left them: frames in other places, with other
// headers whose sums are right, bytes changed, files cut. Opening, reading and verifying end with
// records or an error; and what verifies, under a pinned founding and its witnesses, has the tips
// that it was written with.
#include <fuzzer/FuzzedDataProvider.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/archive/export_log.h"
#include "platform/log/archive/manifest.h"
#include "platform/log/archive/verify.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/embedded/head.h"
#include "platform/log/embedded/segment.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/small_log.h"
#include "tests/support/temp_directory.h"

namespace twinledger::log {
namespace {

using testing::ReadFile;
using testing::WriteFile;

constexpr int kEditsMax = 12;
constexpr std::size_t kFramesMax = 40;

struct Frame {
  FrameHeader header;
  Packed packed;
};

// A log that is sound, as frames, with the file beside them that says how far it goes.
struct Sound {
  std::filesystem::path folder;  // Where it is written for each input.
  std::string beside_name;
  std::string beside;
  std::string segment_header;
  std::vector<Frame> frames;
};

struct Logs {
  testing::TempDirectory folder;
  Sound log;
  Sound exported;
  VerifyOptions pinned;
  std::map<PartitionId, VerifyReport::Partition> tips;

  Logs() {
    const std::filesystem::path made = folder.path() / "made";
    testing::SmallLog small(made);
    pinned.founding_hash = small.founding().root_hash;
    const std::filesystem::path out = folder.path() / "made_export";
    TL_CHECK(
        ExportLog(small.log(), small.founding(), out, small.founder().writer_keys, SystemClock())
            .ok());
    small.Close();
    log = Take(made, "log", std::string(kHeadName));
    exported = Take(out, "export", std::string(kManifestName));
    tips = VerifyLog(made, pinned)->partitions;
    for (const auto& [partition, tip] : tips) {
      pinned.witnesses.push_back({"cursor", partition, tip.sequence, tip.hash});
    }
    TL_CHECK(tips.size() == 4);
  }

  // Unchanged, both verify: else nothing that follows would say anything.
  void CheckSound(const Sound& sound) const;

 private:
  Sound Take(const std::filesystem::path& from, const char* name, std::string beside) const {
    Sound sound{folder.path() / name, beside, ReadFile(from / beside)};
    std::filesystem::create_directory(sound.folder);
    if (beside == kHeadName) WriteFile(sound.folder / "LOCK", "");
    auto scanner = SegmentScanner::Open(from, 1);
    TL_CHECK(scanner.ok());
    sound.segment_header = ReadFile(SegmentPath(from, 1)).substr(0, scanner->header().size);
    while (scanner->byte() < scanner->limit()) {
      const auto frame = scanner->Peek();
      TL_CHECK(frame.ok());
      if (!*frame) return sound;  // The zeros behind the last one.
      sound.frames.push_back({**frame, Pack(**scanner->Record(**frame))});
      scanner->Skip(**frame);
    }
    return sound;
  }
};

// Changes one thing of the frames, as someone does who knows the format.
void EditFrames(FuzzedDataProvider& choice, std::vector<Frame>& frames) {
  if (frames.empty() || frames.size() > kFramesMax) return;
  const auto any = [&] { return choice.ConsumeIntegralInRange<std::size_t>(0, frames.size() - 1); };
  Frame& frame = frames[any()];
  switch (choice.ConsumeIntegralInRange(0, 10)) {
    case 0:
      return std::swap(frame, frames[any()]);
    case 1:
      frames.insert(frames.begin() + static_cast<std::ptrdiff_t>(any()), Frame(frame));
      return;
    case 2:
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(any()));
      return;
    case 3:
      frame.header.offset = choice.ConsumeIntegral<Offset>();
      return;
    case 4:
      frame.header.first_sequence = choice.ConsumeIntegral<Sequence>();
      return;
    case 5:
      frame.header.partition = {choice.ConsumeRandomLengthString(20),
                                choice.ConsumeIntegral<std::uint32_t>()};
      return;
    case 6:
      frame.header.commits = choice.ConsumeIntegral<std::uint16_t>();
      return;
    case 7:
      frame.header.group_distance = choice.ConsumeIntegral<std::uint32_t>();
      return;
    case 8:
      frame.packed.raw_size = choice.ConsumeIntegral<std::uint32_t>();
      frame.packed.codec = choice.ConsumeBool() ? Codec::kZstd : Codec::kRaw;
      return;
    case 9:
      frame.packed = Pack(choice.ConsumeRandomLengthString(300));
      return;
    default:  // The sum is made of what stands there then.
      if (frame.packed.bytes.empty()) return;
      frame.packed
          .bytes[choice.ConsumeIntegralInRange<std::size_t>(0, frame.packed.bytes.size() - 1)] =
          choice.ConsumeIntegral<char>();
      return;
  }
}

std::string Rendered(const std::string& segment_header, const std::vector<Frame>& frames,
                     bool in_place) {
  std::string file = segment_header;
  for (const Frame& frame : frames) {
    FrameHeader header = frame.header;
    if (in_place) header.place = {1, file.size()};
    PutFrame(file, header, frame.packed);
  }
  return file;
}

// Changes bytes, as a disk does.
void EditBytes(FuzzedDataProvider& choice, std::string& file) {
  if (file.empty()) return;
  const auto at = choice.ConsumeIntegralInRange<std::size_t>(0, file.size() - 1);
  switch (choice.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return file.resize(at);
    case 1:
      file[at] = static_cast<char>(file[at] ^ choice.ConsumeIntegral<char>());
      return;
    case 2:
      file.insert(at, choice.ConsumeRandomLengthString(40));
      return;
    default:
      const std::string put = choice.ConsumeRandomLengthString(40);
      file.replace(at, std::min(put.size(), file.size() - at), put);
      return;
  }
}

void ReadAll(const Result<std::unique_ptr<EmbeddedLog>>& log) {
  if (!log.ok()) return;
  std::vector<ReadFrom> from;
  std::map<PartitionId, Offset> next;
  for (const PartitionId& partition : (*log)->Partitions()) {
    from.push_back({partition, 0});
    next[partition] = 0;
  }
  const auto reader = (*log)->OpenReader(from);
  if (!reader.ok()) return;
  while (true) {
    const auto batch = (*reader)->Next(std::chrono::milliseconds(0));
    if (!batch.ok() || batch->empty()) return;
    for (const StoredRecord& record : *batch) TL_CHECK(record.offset == next[record.partition]++);
  }
}

void Write(const Sound& sound, const std::string& segment, const std::string& beside) {
  WriteFile(SegmentPath(sound.folder, 1), segment);
  WriteFile(sound.folder / sound.beside_name, beside);
}

void Logs::CheckSound(const Sound& sound) const {
  Write(sound, Rendered(sound.segment_header, sound.frames, false), sound.beside);
  const auto report = VerifyLog(sound.folder, pinned);
  TL_CHECK(report.ok() && report->verdict == VerifyReport::Verdict::kValid);
}

bool HasTips(const VerifyReport& report,
             const std::map<PartitionId, VerifyReport::Partition>& tips) {
  for (const auto& [partition, tip] : tips) {
    const auto found = report.partitions.find(partition);
    if (found == report.partitions.end() || found->second.sequence != tip.sequence ||
        found->second.hash != tip.hash) {
      return false;
    }
  }
  return report.partitions.size() == tips.size();
}

}  // namespace
}  // namespace twinledger::log

const twinledger::PlantedBug twinledger::testing::kControl = PlantedBug::kFrameSizeBelieved;

void twinledger::testing::FuzzOne(std::string_view input) {
  static const log::Logs logs;
  static const bool sound = (logs.CheckSound(logs.log), logs.CheckSound(logs.exported), true);
  TL_CHECK(sound);
  FuzzedDataProvider choice(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  const log::Sound& from = choice.ConsumeBool() ? logs.log : logs.exported;
  std::vector<log::Frame> frames = from.frames;
  const bool in_place = choice.ConsumeBool();
  const int frame_edits = choice.ConsumeIntegralInRange(0, log::kEditsMax);
  for (int i = 0; i < frame_edits; ++i) log::EditFrames(choice, frames);
  std::string segment = log::Rendered(from.segment_header, frames, in_place);
  std::string beside = from.beside;
  const int byte_edits = choice.ConsumeIntegralInRange(0, 3);
  for (int i = 0; i < byte_edits; ++i) {
    log::EditBytes(choice, choice.ConsumeIntegralInRange(0, 3) == 0 ? beside : segment);
  }
  log::Write(from, segment, beside);
  switch (choice.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return log::ReadAll(log::EmbeddedLog::OpenWithoutHead(from.folder));
    case 1:
      return log::ReadAll(log::EmbeddedLog::OpenReadOnly(from.folder));
    default:
      const auto report = log::VerifyLog(from.folder, logs.pinned);
      if (!report.ok() || report->verdict != log::VerifyReport::Verdict::kValid) return;
      TL_CHECK(log::HasTips(*report, logs.tips));
  }
}
