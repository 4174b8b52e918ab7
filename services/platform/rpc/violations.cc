#include "platform/rpc/violations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "platform/base/uuid.h"

namespace twinledger::rpc {
namespace {

constexpr std::size_t kValueShownMax = 60;  // Enough to recognise it; never a page of input.

// Length in characters of valid UTF-8 (RFC 3629: no surrogates, no overlong form); else nothing.
std::optional<std::size_t> Utf8Length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++length) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80             ? 1
                             : (lead & 0xe0) == 0xc0 ? 2
                             : (lead & 0xf0) == 0xe0 ? 3
                             : (lead & 0xf8) == 0xf0 ? 4
                                                     : 0;
    if (size == 0 || i + size > text.size()) return std::nullopt;
    std::uint32_t point = size == 1 ? lead : lead & (0x7fU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xc0) != 0x80) return std::nullopt;
      point = point << 6 | (byte & 0x3fU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[size] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
      return std::nullopt;
    }
    i += size;
  }
  return length;
}

// The value as an error shows it: printable, short, and not cut within a character.
std::string Shown(std::string_view text) {
  const bool is_text = Utf8Length(text).has_value();
  std::size_t end = std::min(text.size(), kValueShownMax);
  while (is_text && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  std::string shown;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text) ? '?' : c;
  }
  if (end < text.size()) shown += "...";
  return shown;
}

bool HasControl(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  });
}

bool IsSlug(std::string_view text) {
  char before = '-';
  for (const char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!word && (c != '-' || before == '-')) return false;
    before = c;
  }
  return before != '-';
}

bool IsUrl(std::string_view text) {
  if (text.size() > kUrlBytesMax) return false;
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  if (scheme == 0) return false;
  const std::string_view host = text.substr(scheme, text.find_first_of("/?#", scheme) - scheme);
  if (host.empty() || host.find('@') != std::string_view::npos) return false;
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '"' || c == '<' || c == '>' || c == '\\';
  });
}

}  // namespace

void Violations::Add(const FieldPath& field, std::string description) {
  violations_.push_back({field.Text(), std::move(description)});
}

void Violations::Required(const FieldPath& field, std::string_view text,
                          std::size_t characters_max) {
  if (text.find_first_not_of(" \t\n") == std::string_view::npos) {
    return Add(field, fmt::format("is missing: give 1 to {} characters", characters_max));
  }
  Optional(field, text, characters_max);
}

void Violations::Optional(const FieldPath& field, std::string_view text,
                          std::size_t characters_max) {
  const std::optional<std::size_t> length = Utf8Length(text);
  if (!length) return Add(field, "is not UTF-8: save it as UTF-8 and send it again");
  if (*length > characters_max) {
    Add(field, fmt::format("has {} characters: shorten it to {}", *length, characters_max));
  }
  if (HasControl(text)) Add(field, "has control characters: leave only line feeds and tabs");
}

void Violations::Uuid(const FieldPath& field, std::string_view text) {
  if (IsUuid(text)) return;
  Add(field, fmt::format("'{}' is no UUID: give one in lower case, such as "
                         "6f1d2a3e-58b2-4a0c-9d65-0c1e2f3a4b5d",
                         Shown(text)));
}

void Violations::Slug(const FieldPath& field, std::string_view text) {
  if (!text.empty() && text.size() <= kSlugBytesMax && IsSlug(text)) return;
  Add(field, fmt::format("'{}' is no id: give lower-case letters and digits in words joined by "
                         "'-', at most {} characters, such as wellington-city",
                         Shown(text), kSlugBytesMax));
}

void Violations::Url(const FieldPath& field, std::string_view text) {
  if (IsUrl(text)) return;
  Add(field, fmt::format("'{}' is no web address: give http:// or https://, a host and no blanks, "
                         "at most {} characters",
                         Shown(text), kUrlBytesMax));
}

void Violations::Etag(const FieldPath& field, std::string_view text) {
  const bool hex = std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (text.empty()) return Add(field, "is missing: give the etag of the version that you read");
  if (text.size() == 32 && hex) return;
  Add(field,
      fmt::format("'{}' is no etag: give the one of the version that you read", Shown(text)));
}

void Violations::CountryCode(const FieldPath& field, std::string_view text) {
  const bool upper = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == 2 && upper) return;
  Add(field, fmt::format("'{}' is no country code: give two upper-case letters of ISO 3166-1, such "
                         "as JP",
                         Shown(text)));
}

void Violations::Between(const FieldPath& field, std::int64_t value, std::int64_t least,
                         std::int64_t most) {
  if (value >= least && value <= most) return;
  Add(field, fmt::format("{} is out of range: give {} to {}", value, least, most));
}

void Violations::AtMost(const FieldPath& field, std::size_t count, std::size_t most) {
  if (count > most) Add(field, fmt::format("has {} entries: give at most {}", count, most));
}

int Violations::PageSize(const FieldPath& field, int asked) {
  if (asked < 0) Add(field, fmt::format("{} is negative: give 1 to {}", asked, kPageSizeMax));
  return asked <= 0 ? kPageSizeDefault : std::min(asked, kPageSizeMax);
}

Result<void> Violations::Verdict() const {
  if (violations_.empty()) return {};
  const FieldViolation& first = violations_.front();
  std::string message = fmt::format("{}: {}", first.field, first.description);
  if (violations_.size() > 1) message += fmt::format(" (and {} more)", violations_.size() - 1);
  return Error{.code = Code::kInvalidArgument,
               .message = std::move(message),
               .reason = "INVALID_REQUEST",
               .metadata = {{"violations", std::to_string(violations_.size())}},
               .violations = violations_};
}

}  // namespace twinledger::rpc
