#include "platform/writer/request_digest.h"

#include <cstdint>
#include <string>

namespace twinledger::writer {
namespace {

void AppendWithLength(std::string& to, std::string_view part) {
  const auto length = static_cast<std::uint32_t>(part.size());
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(length >> shift));
  to.append(part);
}

}  // namespace

crypto::Hash RequestDigest(std::string_view key, std::string_view method, std::string_view actor,
                           std::string_view body) {
  std::string message;
  message.reserve(method.size() + actor.size() + body.size() + 8);
  AppendWithLength(message, method);
  AppendWithLength(message, actor);
  message.append(body);
  return crypto::HmacSha256(key, message);
}

}  // namespace twinledger::writer
