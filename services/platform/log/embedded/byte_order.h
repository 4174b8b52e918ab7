// Numbers in files: little-endian, of fixed width.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace twinledger::log {

template <std::unsigned_integral T>
void PutNumber(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
  }
}

// Takes numbers and bytes off the front of a view. One that is not there reads as zero or nothing
// and makes ok() false for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <std::unsigned_integral T>
  T Number() {
    const std::string_view bytes = Bytes(sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return static_cast<T>(value);
  }

  std::string_view Bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace twinledger::log
