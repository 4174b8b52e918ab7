#include "twinledger/connection/retry.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace twinledger::client {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{100};
constexpr milliseconds kLongest{5000};

// The server waited for what it has not read yet, and gave up before the call did.
constexpr std::string_view kBehind = "BEHIND";

milliseconds Jittered(milliseconds wait, RandomSource& random) {
  const std::string bytes = random.Bytes(2);
  const auto draw = static_cast<std::int64_t>(static_cast<std::uint8_t>(bytes[0]) << 8 |
                                              static_cast<std::uint8_t>(bytes[1]));
  return wait / 2 + milliseconds(wait.count() / 2 * draw / 0xFFFF);
}

}  // namespace

bool IsNotRecorded(const Error& error) {
  constexpr std::array<std::string_view, 5> kReasons = {"NOT_A_WRITER", "CLOCK", "QUEUE_FULL",
                                                        "AFTER_UNKNOWN", kBehind};
  return std::ranges::find(kReasons, error.reason) != kReasons.end();
}

bool IsOfTheServersState(const Error& error) {
  return error.reason == "LOG_CLOSED" || error.reason == "ENTITY_PARKED";
}

bool IsFoundByTheClient(const Error& error) {
  return error.reason == "SERVER_NOT_TRUSTED" || error.reason == "CREDENTIALS_EXPIRED";
}

bool IsOfTheAttempt(const Error& error) {
  return IsNotRecorded(error) || error.code == Code::kUnauthenticated ||
         error.code == Code::kPermissionDenied || error.code == Code::kUnimplemented;
}

milliseconds ShareOf(milliseconds timeout, std::size_t replicas, int round) {
  constexpr milliseconds kFirstMax{5000};
  constexpr int kDoublingsMax = 10;  // Beyond any time-out.
  const milliseconds first = std::min(kFirstMax, timeout / static_cast<int>(replicas + 1));
  return first * (1 << std::min(round, kDoublingsMax));
}

std::optional<milliseconds> Retry::After(const Error& error, milliseconds elapsed) {
  if (error.code != Code::kUnavailable && error.code != Code::kResourceExhausted &&
      error.reason != kBehind) {
    return std::nullopt;
  }
  milliseconds wait = kFirst;
  for (int i = 0; i < attempts_ && wait < kLongest; ++i) wait *= 2;
  ++attempts_;
  wait = Jittered(std::min(wait, kLongest), random_);
  if (error.retry_after) wait += *error.retry_after;
  if (elapsed + wait >= deadline_) return std::nullopt;
  return wait;
}

}  // namespace twinledger::client
