// Collects all that is wrong with a message, so that its sender is told at once.
//
//   Violations wrong;
//   const std::string id = wrong.Slug("council_id", request.council_id());
//   wrong.Required("council.name", request.council().name(), 200);
//   TL_TRY_VOID(wrong.Verdict());
//
// A check that passes says nothing; one that fails adds the field, the value and the remedy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/fields/field_path.h"

namespace twinledger::rpc {

using fields::FieldPath;

inline constexpr std::size_t kSlugBytesMax = 64;
inline constexpr std::size_t kUrlBytesMax = 2048;  // What browsers and proxies carry.
inline constexpr int kPageSizeDefault = 100;
inline constexpr int kPageSizeMax = 1000;

// Threads: confined to one.
class Violations {
 public:
  void Add(const FieldPath& field, std::string description);

  // Text: valid UTF-8, no control characters but line feed and tab, at most so many characters.
  // Optional text may be empty.
  void Required(const FieldPath& field, std::string_view text, std::size_t characters_max);
  void Optional(const FieldPath& field, std::string_view text, std::size_t characters_max);

  void Uuid(const FieldPath& field, std::string_view text);         // Lower case, 8-4-4-4-12.
  void Slug(const FieldPath& field, std::string_view text);         // ^[a-z0-9]+(-[a-z0-9]+)*$
  void Url(const FieldPath& field, std::string_view text);          // http or https, with a host.
  void Etag(const FieldPath& field, std::string_view text);         // 32 hexadecimal digits.
  void CountryCode(const FieldPath& field, std::string_view text);  // Two upper-case letters.
  void Between(const FieldPath& field, std::int64_t value, std::int64_t least, std::int64_t most);
  void AtMost(const FieldPath& field, std::size_t count, std::size_t most);  // Of a repeated field.

  // The page size to use: the default for 0, the greatest for more.
  int PageSize(const FieldPath& field, int asked);

  bool empty() const { return violations_.empty(); }
  const std::vector<FieldViolation>& all() const { return violations_; }

  // INVALID_ARGUMENT, reason INVALID_REQUEST, with every violation; nothing if there is none.
  Result<void> Verdict() const;

 private:
  std::vector<FieldViolation> violations_;
};

}  // namespace twinledger::rpc
