#include "risk/domain/findings.h"

#include <fmt/format.h>

#include <utility>

namespace twinledger::risk {
namespace {

constexpr std::size_t kShownMax = 60;        // Enough to recognise a value.
constexpr std::size_t kViolationsMax = 100;  // More is a file of another kind.

}  // namespace

void Findings::Add(std::string field, std::string description) {
  violations_.push_back({std::move(field), std::move(description)});
}

Result<void> Findings::Verdict(std::string_view reason, std::string_view what) const {
  if (violations_.empty()) return {};
  Error error{.code = Code::kInvalidArgument,
              .message = fmt::format("{}: {} {} wrong", what, violations_.size(),
                                     violations_.size() == 1 ? "thing is" : "things are"),
              .reason = std::string(reason),
              .metadata = {{"violations", std::to_string(violations_.size())}},
              .violations = violations_};
  if (violations_.size() > kViolationsMax) {
    error.violations.resize(kViolationsMax);
    error.violations.push_back(
        {"", fmt::format("and {} more", violations_.size() - kViolationsMax)});
  }
  return error;
}

std::string Shown(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte >= 0x7f ? '?' : c;
  }
  if (text.size() > kShownMax) shown += "...";
  return shown;
}

}  // namespace twinledger::risk
