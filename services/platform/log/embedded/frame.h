// A frame: one record in a segment file.
//
//   frame := magic "TLfr" | header crc u32 | segment u64 | byte u64 | payload crc u32
//            | group distance u32 | offset u64 | first sequence u64 | raw size u32 | stored size
//            u32 | partition u32 | commits u16 | codec u8 | stream length u8 | stream | payload
//
// The header's CRC-32C covers all of the header behind it, the payload's the bytes as stored; so a
// reader hops over a frame by its header alone. `segment` and `byte` say where the frame was
// written: one that stands elsewhere was moved, also where it would follow. `group distance` is how
// many bytes before this frame the sync group begins that it was written with: a frame of a later
// group proves that what stands before that group was synced.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/log/embedded/damage.h"
#include "platform/log/event_log.h"
#include "platform/log/partition.h"

namespace twinledger::log {

enum class Codec : std::uint8_t { kRaw = 0, kZstd = 1 };

inline constexpr std::string_view kFrameMagic = "TLfr";
inline constexpr std::size_t kFrameFixedSize = 64;
inline constexpr std::size_t kStreamNameMax = 255;
inline constexpr std::size_t kFrameHeaderMax = kFrameFixedSize + kStreamNameMax;

struct FrameHeader {
  FilePlace place;
  std::uint32_t payload_crc = 0;
  std::uint32_t group_distance = 0;
  Offset offset = 0;
  Sequence first_sequence = 0;
  std::uint32_t raw_size = 0;
  std::uint32_t stored_size = 0;
  std::uint16_t commits = 0;
  Codec codec = Codec::kRaw;
  PartitionId partition;

  std::size_t header_size() const { return kFrameFixedSize + partition.stream.size(); }
  std::size_t size() const { return header_size() + stored_size; }
};

// A record as it is stored: compressed where that makes it smaller.
struct Packed {
  Codec codec = Codec::kRaw;
  std::uint32_t raw_size = 0;
  std::string bytes;
};
Packed Pack(std::string record);

// The record of a frame, or nothing if the payload does not check.
std::optional<std::string> Unpack(const FrameHeader& header, std::string_view payload);

// Appends a frame; sizes, codec and payload CRC of the header are taken from `packed`.
void PutFrame(std::string& out, const FrameHeader& header, const Packed& packed);

// The header that `bytes` begins with, or nothing if it is cut short or does not check.
std::optional<FrameHeader> ParseFrameHeader(std::string_view bytes);

}  // namespace twinledger::log
