#include "platform/log/embedded/head.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/base/check.h"
#include "platform/log/embedded/byte_order.h"
#include "platform/log/embedded/checksum.h"

namespace twinledger::log {
namespace {

constexpr std::string_view kHeadMagic = "TLhead\r\n";
constexpr std::size_t kSlotSize = 64u << 10;  // 1,024 partitions with names of 10 letters.
constexpr std::size_t kFixedSize = 16;        // Magic, CRC, size.
constexpr std::size_t kPage = 4096;           // What a disk writes at once.

std::string MakeSlot(const Head& head) {
  std::string covered;
  PutNumber(covered, head.generation);
  PutNumber(covered, head.end.segment);
  PutNumber(covered, head.end.byte);
  PutNumber(covered, head.last_frame);
  PutTails(covered, head.tails);
  std::string sized;
  PutNumber(sized, static_cast<std::uint32_t>(kFixedSize + covered.size()));
  sized += covered;
  std::string slot(kHeadMagic);
  PutNumber(slot, Crc32c(sized));
  slot += sized;
  return slot;
}

bool IsZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

std::optional<Head> ParseSlot(std::string_view slot) {
  ByteReader in(slot);
  if (in.Bytes(kHeadMagic.size()) != kHeadMagic) return std::nullopt;
  const auto crc = in.Number<std::uint32_t>();
  const std::string_view covered = in.rest();
  const auto size = in.Number<std::uint32_t>();
  if (!in.ok() || size < kFixedSize || size > slot.size()) return std::nullopt;
  constexpr std::size_t kBefore = kFixedSize - sizeof(size);
  if (Crc32c(covered.substr(0, size - kBefore)) != crc) return std::nullopt;
  if (!IsZero(slot.substr(size))) return std::nullopt;
  Head head;
  head.generation = in.Number<std::uint64_t>();
  head.end.segment = in.Number<std::uint64_t>();
  head.end.byte = in.Number<std::uint64_t>();
  head.last_frame = in.Number<std::uint64_t>();
  std::optional<Tails> tails = TakeTails(in);
  if (!tails) return std::nullopt;
  head.tails = *std::move(tails);
  return head;
}

}  // namespace

bool FitsHead(const Tails& tails) {
  std::string bytes;
  PutTails(bytes, tails);
  constexpr std::size_t kNumbers = 4 * sizeof(std::uint64_t);
  return kFixedSize + kNumbers + bytes.size() <= kSlotSize;
}

std::string HeadFile::Initial(const Head& head) {
  std::string bytes = MakeSlot(head);
  bytes.resize(2 * kSlotSize, '\0');
  return bytes;
}

Result<HeadFile> HeadFile::Open(const std::filesystem::path& directory, int flags) {
  const std::filesystem::path path = directory / kHeadName;
  auto file = File::Open(path, flags);
  if (!file.ok()) {
    if (file.error().code != Code::kNotFound) return file.error();
    return Damaged(path, 0, "the file is missing", std::nullopt, "LOG_LOST");
  }
  HeadFile opened(*std::move(file));
  TL_TRY(const std::string bytes, opened.file_.ReadAt(0, 2 * kSlotSize + 1));
  if (bytes.size() != 2 * kSlotSize) return Damaged(path, bytes.size(), "not 128 KiB long");
  std::array<std::optional<Head>, 2> slots;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::string_view slot = std::string_view(bytes).substr(i * kSlotSize, kSlotSize);
    slots[i] = ParseSlot(slot);
    if (!slots[i] && !IsZero(slot)) opened.bad_byte_ = i * kSlotSize;
  }
  if (!slots[0] && !slots[1]) return Damaged(path, 0, "neither of its slots checks");
  const std::size_t current =
      slots[0] && (!slots[1] || slots[0]->generation > slots[1]->generation) ? 0 : 1;
  opened.head_ = *std::move(slots[current]);
  opened.next_slot_ = 1 - current;
  return opened;
}

int HeadFile::Write(Head head) {
  head.generation = head_.generation + 1;
  std::string slot = MakeSlot(head);
  TL_CHECK(slot.size() <= kSlotSize);
  slot.resize((slot.size() + kPage - 1) / kPage * kPage, '\0');
  const int error_number = file_.WriteAt(next_slot_ * kSlotSize, slot);
  if (error_number != 0) return error_number;
  head_ = std::move(head);
  next_slot_ = 1 - next_slot_;
  return 0;
}

}  // namespace twinledger::log
