#include "reporting/projection/assessment_rows.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include "twinledger/risk/state/v1/rows.pb.h"

namespace twinledger::reporting {
namespace {

using google::protobuf::internal::WireFormatLite;
using risk::events::v1::AssessmentRecorded;
using risk::events::v1::Band;
using risk::state::v1::AssessmentRow;

constexpr std::uint32_t kReceiptTag = WireFormatLite::MakeTag(
    AssessmentRow::kReceiptFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr std::uint32_t kBandTag =
    WireFormatLite::MakeTag(AssessmentRecorded::kBandFieldNumber, WireFormatLite::WIRETYPE_VARINT);

// Up to the field behind `tag`, whose value is read next. False where the message ends before it,
// or is none; which of the two ConsumedEntireMessage tells.
bool MoveTo(std::uint32_t tag, google::protobuf::io::CodedInputStream& input) {
  while (const std::uint32_t next = input.ReadTag()) {
    if (next == tag) return true;
    if (!WireFormatLite::SkipField(&input, next)) return false;
  }
  return false;
}

}  // namespace

std::string AssessmentRowBytes(const AssessmentRecorded& receipt, std::string_view event,
                               std::int64_t record_time_us) {
  AssessmentRow others;
  others.set_event(std::string(event));
  others.set_record_time_us(record_time_us);
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream output(&sink);
    output.WriteTag(kReceiptTag);
    output.WriteVarint32(static_cast<std::uint32_t>(receipt.ByteSizeLong()));
    receipt.SerializeWithCachedSizes(&output);
  }
  others.AppendToString(&bytes);
  return bytes;
}

std::optional<Band> BandInAssessmentRow(std::string_view row) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(row.data()),
                                               static_cast<int>(row.size()));
  if (!MoveTo(kReceiptTag, input)) return std::nullopt;
  std::uint32_t size = 0;
  if (!input.ReadVarint32(&size)) return std::nullopt;
  if (size > row.size() - static_cast<std::size_t>(input.CurrentPosition())) return std::nullopt;
  const auto end = input.PushLimit(static_cast<int>(size));
  if (!MoveTo(kBandTag, input)) {
    // A band that is not there is the one numbered 0.
    return input.ConsumedEntireMessage() ? std::optional(Band()) : std::nullopt;
  }
  std::uint32_t band = 0;
  if (!input.ReadVarint32(&band) || !risk::events::v1::Band_IsValid(static_cast<int>(band))) {
    return std::nullopt;
  }
  input.PopLimit(end);
  return static_cast<Band>(band);
}

}  // namespace twinledger::reporting
