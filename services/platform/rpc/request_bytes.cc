#include "platform/rpc/request_bytes.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "platform/base/check.h"

namespace twinledger::rpc {
namespace {

using google::protobuf::Message;
using google::protobuf::internal::WireFormat;

std::string Serialized(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::vector<std::uint32_t> TagsOf(const Message& message, std::span<const char* const> fields) {
  std::vector<std::uint32_t> tags;
  for (const char* const name : fields) {
    const auto* const field = message.GetDescriptor()->FindFieldByName(name);
    TL_CHECK(field != nullptr && !field->is_repeated());
    tags.push_back(WireFormat::MakeTag(field));
  }
  return tags;
}

}  // namespace

std::string BytesWithout(const Message& request, std::span<const char* const> fields) {
  const std::string bytes = Serialized(request);
  const std::vector<std::uint32_t> left_out = TagsOf(request, fields);
  std::string kept;
  kept.reserve(bytes.size());
  google::protobuf::io::CodedInputStream coded(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::uint32_t tag = coded.ReadTag();
    TL_CHECK(WireFormat::SkipField(&coded, tag, nullptr));
    const auto end = static_cast<std::size_t>(coded.CurrentPosition());
    if (std::ranges::find(left_out, tag) == left_out.end()) kept.append(bytes, begin, end - begin);
    begin = end;
  }
  return kept;
}

}  // namespace twinledger::rpc
