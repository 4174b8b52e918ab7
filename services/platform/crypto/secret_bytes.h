// Keys and what else must not outlive its use: bytes that are overwritten when they are let go,
// and kept out of swap and core dumps as far as the system allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/random.h"

namespace twinledger::crypto {

// In locked memory (`mlock`; where RLIMIT_MEMLOCK forbids it, in memory that may be swapped) that
// core dumps leave out. Threads: a value like any other; making and ending them is thread-safe.
class SecretBytes {
 public:
  static constexpr std::size_t kSizeMax = 64;  // Of the longest key there is.

  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);  // Zeros. REQUIRES: at most kSizeMax.
  static SecretBytes Copy(std::string_view bytes);
  static SecretBytes Random(std::size_t size, RandomSource& random);

  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::size_t size() const { return size_; }
  std::string_view bytes() const { return {reinterpret_cast<const char*>(slot_), size_}; }
  std::span<std::uint8_t> writable() { return {slot_, size_}; }

 private:
  std::uint8_t* slot_ = nullptr;
  std::size_t size_ = 0;
};

// Overwrites what held a secret on its way; text is emptied, too.
void Cleanse(std::string& bytes);
void Cleanse(std::span<std::uint8_t> bytes);

// In a time that depends on the sizes alone.
bool EqualInConstantTime(std::string_view left, std::string_view right);

}  // namespace twinledger::crypto
