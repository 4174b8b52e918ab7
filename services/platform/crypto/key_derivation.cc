#include "platform/crypto/key_derivation.h"

#include <algorithm>
#include <span>

#include "platform/base/check.h"
#include "platform/crypto/hmac.h"

namespace twinledger::crypto {
namespace {

const Hmac& Sha384Mac() {
  static const auto* const mac = new Hmac("SHA384");  // Outlives every thread.
  return *mac;
}

}  // namespace

Mac384 HmacSha384(std::string_view key, std::string_view data) {
  Mac384 mac;
  Sha384Mac().Make(key, {data}, mac);
  return mac;
}

// The two steps of the RFC by hand: OpenSSL's own look up "HMAC" and "SHA384" by their names, at a
// third of the price of all.
SecretBytes HkdfSha384(std::string_view key, std::string_view salt, std::string_view info,
                       std::size_t size) {
  TL_CHECK(!key.empty() && salt.size() <= kHkdfInputMax && info.size() <= kHkdfInputMax);
  SecretBytes derived(size);
  Mac384 extracted;
  Mac384 block;
  Sha384Mac().Make(salt, {key}, extracted);
  for (std::size_t done = 0; done < size; done += block.size()) {
    const std::string_view before = done == 0 ? std::string_view() : Bytes(block);
    const char number = static_cast<char>(done / block.size() + 1);
    Sha384Mac().Make(Bytes(extracted), {before, info, {&number, 1}}, block);
    std::ranges::copy(std::span(block).first(std::min(block.size(), size - done)),
                      derived.writable().subspan(done).begin());
  }
  Cleanse(extracted);
  Cleanse(block);
  return derived;
}

}  // namespace twinledger::crypto
