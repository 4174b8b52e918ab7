#include "platform/rpc/page_token.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "platform/crypto/hash.h"
#include "platform/rpc/violations.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {
namespace {

constexpr std::size_t kMacBytes = 16;           // 128 bits: out of reach of guessing.
constexpr std::size_t kTokenBytesMax = 16'384;  // 256 partitions and a long key fit.
constexpr std::string_view kTag = "twinledger/page/v2";

std::string U32(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

void AppendPart(std::string_view part, std::string& to) {
  to += U32(part.size());
  to += part;
}

std::string CutBytes(const store::Cut& cut) {
  v1::PositionVector vector;
  for (const auto& [partition, sequence] : cut) {
    auto& position = *vector.add_positions();
    position.set_stream(partition.stream);
    position.set_partition(partition.partition);
    position.set_sequence(sequence);
  }
  return vector.SerializeAsString();
}

std::optional<store::Cut> CutOf(std::string_view bytes) {
  v1::PositionVector vector;
  if (!vector.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  store::Cut cut;
  for (const auto& position : vector.positions()) {
    cut[{position.stream(), position.partition()}] = position.sequence();
  }
  return cut;
}

Error BadToken() {
  return {
      Code::kInvalidArgument,
      "page_token is not one that this question was answered with: ask for the first page again",
      "BAD_PAGE_TOKEN",
      {},
      {{"page_token", "belongs to another question or caller, or was changed"}}};
}

// Of equal time for equal lengths, wherever they differ.
bool SameBytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace

std::string ListKey(const PageBinding& binding, const store::Cut& cut) {
  std::string text;
  AppendPart(binding.method, text);
  AppendPart(binding.account, text);
  AppendPart(binding.question, text);
  AppendPart(CutBytes(cut), text);
  return std::string(crypto::Bytes(crypto::Sha256(text)));
}

PageTokens::PageTokens(std::string key) : key_(std::move(key)) {}

std::string PageTokens::Make(const PageBinding& binding, const store::Cut& cut,
                             std::string_view next) const {
  std::string payload;
  AppendPart(CutBytes(cut), payload);
  payload += next;
  return absl::WebSafeBase64Escape(Mac(binding, payload) + payload);
}

Result<PagePlan> PageTokens::Read(PageBinding binding, int size, std::string_view token) const {
  Violations wrong;
  PagePlan plan{.binding = std::move(binding), .size = wrong.PageSize("page_size", size)};
  TL_TRY_VOID(wrong.Verdict());
  if (token.empty()) return plan;
  std::string bytes;
  if (token.size() > kTokenBytesMax ||
      !absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes) ||
      absl::WebSafeBase64Escape(bytes) != token || bytes.size() < kMacBytes + 4) {
    return BadToken();
  }
  const std::string_view payload = std::string_view(bytes).substr(kMacBytes);
  if (!SameBytes(std::string_view(bytes).substr(0, kMacBytes), Mac(plan.binding, payload))) {
    return BadToken();
  }
  std::size_t cut_bytes = 0;
  for (const char byte : payload.substr(0, 4)) {
    cut_bytes = cut_bytes << 8 | static_cast<unsigned char>(byte);
  }
  if (cut_bytes > payload.size() - 4) return BadToken();
  plan.cut = CutOf(payload.substr(4, cut_bytes));
  if (!plan.cut) return BadToken();
  plan.after = payload.substr(4 + cut_bytes);
  return plan;
}

std::string PageTokens::Mac(const PageBinding& binding, std::string_view payload) const {
  std::string message(kTag);
  message += '\0';
  AppendPart(binding.method, message);
  AppendPart(binding.account, message);
  AppendPart(binding.question, message);
  message += payload;
  const crypto::Hash mac = crypto::HmacSha256(key_, message);
  return std::string(crypto::Bytes(mac).substr(0, kMacBytes));
}

}  // namespace twinledger::rpc
