#include "engagement/domain/office.h"

#include <algorithm>
#include <array>

namespace twinledger::engagement {
namespace {

constexpr std::array<std::string_view, 32> kTitles{
    // Of councils and their partners.
    "mayor", "deputy-mayor", "vice-mayor", "governor", "vice-governor", "chair", "deputy-chair",
    "member", "board-member", "chief-executive", "deputy-chief-executive", "secretary",
    "party-secretary", "director", "manager", "adviser", "officer", "staff",
    // Of missions and companies.
    "ambassador", "consul-general", "consul", "attache", "company-director", "agent",
    // Of those who come along.
    "delegate", "guest", "guide", "interpreter", "journalist", "partner", "student", "other"};

constexpr std::size_t kNumberDigitsMax = 3;

}  // namespace

bool IsOffice(std::string_view text) {
  if (std::ranges::find(kTitles, text) != kTitles.end()) return true;
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view number = text.substr(dash + 1);
  return !number.empty() && number.size() <= kNumberDigitsMax &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::ranges::find(kTitles, text.substr(0, dash)) != kTitles.end();
}

std::span<const std::string_view> Titles() { return kTitles; }

}  // namespace twinledger::engagement
