#include "platform/crypto/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/base/check.h"

namespace twinledger::crypto {
namespace {

// Whole pages are locked, so keys share them: slots of one size, in blocks that are never given
// back. OpenSSL's own secure heap would do, but it is one for the whole process and fails what TLS
// asks of it when it is full.
class SecretSlots {
 public:
  std::uint8_t* Take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) AddBlock();
    std::uint8_t* const slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void Return(std::uint8_t* slot) {
    OPENSSL_cleanse(slot, SecretBytes::kSizeMax);
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);
  }

 private:
  static constexpr std::size_t kBlockBytes = 16 * 1024;

  void AddBlock() {
    void* const block =
        mmap(nullptr, kBlockBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TL_CHECK(block != MAP_FAILED);
    // Both are a second line of defence: a system that refuses them still serves.
    static_cast<void>(mlock(block, kBlockBytes));
    static_cast<void>(madvise(block, kBlockBytes, MADV_DONTDUMP));
    for (std::size_t at = 0; at < kBlockBytes; at += SecretBytes::kSizeMax) {
      free_.push_back(static_cast<std::uint8_t*>(block) + at);
    }
  }

  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
};

SecretSlots& Slots() {
  // Outlives every secret, static ones too.
  static auto* const slots =  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
      new SecretSlots;
  return *slots;
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  TL_CHECK(size <= kSizeMax);
  if (size > 0) slot_ = Slots().Take();
}

SecretBytes SecretBytes::Copy(std::string_view bytes) {
  SecretBytes secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(secret.slot_));
  return secret;
}

SecretBytes SecretBytes::Random(std::size_t size, RandomSource& random) {
  std::string bytes = random.Bytes(size);
  SecretBytes secret = Copy(bytes);
  Cleanse(bytes);
  return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : slot_(std::exchange(other.slot_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(slot_, other.slot_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() {
  if (slot_ != nullptr) Slots().Return(slot_);
}

void Cleanse(std::string& bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

void Cleanse(std::span<std::uint8_t> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

bool EqualInConstantTime(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace twinledger::crypto
