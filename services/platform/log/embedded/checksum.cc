#include "platform/log/embedded/checksum.h"

#include <isa-l/crc.h>

namespace twinledger::log {

std::uint32_t Crc32c(std::string_view bytes) {
  // The library takes a pointer to non-const and does not write through it. Start value and final
  // inversion are those of RFC 3720.
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  return ~crc32_iscsi(data, static_cast<int>(bytes.size()), 0xffffffffu);
}

}  // namespace twinledger::log
