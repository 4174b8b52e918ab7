// Page tokens (AIP-158): opaque, and good for one question of one caller only.
//
//   token   = base64url( mac[16] || payload )
//   payload = length of cut (u32be) || cut (rpc.v1.PositionVector) || where the page before ended
//             (the last name; in an order of the caller's the number of entries before)
//   mac     = first 16 bytes of HMAC-SHA-256 over method, account, question and payload
//
// The cut makes all pages answers of one moment, however long their reader takes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/store/table.h"

namespace twinledger::rpc {

class SortedLists;

// What a token is bound to.
struct PageBinding {
  std::string method;
  std::string account;
  std::string question;  // The request without page size and token, serialized.
};

// What is asked for.
struct PagePlan {
  PageBinding binding;
  int size = 0;
  std::string after = {};                        // Empty for the first page.
  std::optional<store::Cut> cut = std::nullopt;  // Of the first page, for those behind it.
};

// The page as its handler sees it.
struct Page {
  int size = 0;       // At most so many entries.
  std::string after;  // As `next` of the page before; empty for the first.
  std::string next;   // Set by the handler: where this page ends; empty on the last.

  std::string list = {};          // What all pages of the list have in common, and no other list.
  SortedLists* sorted = nullptr;  // Where its order may be kept for the pages behind; or null.
  std::function<bool()> is_cancelled = {};  // Whether nobody waits for it any more; or empty.
};

// As in Page::list.
std::string ListKey(const PageBinding& binding, const store::Cut& cut);

// Threads: immutable, thread-safe.
class PageTokens {
 public:
  explicit PageTokens(std::string key);

  std::string Make(const PageBinding& binding, const store::Cut& cut, std::string_view next) const;

  // INVALID_ARGUMENT, reason BAD_PAGE_TOKEN, unless Make made the token for this binding; reason
  // INVALID_REQUEST for a negative size.
  Result<PagePlan> Read(PageBinding binding, int size, std::string_view token) const;

 private:
  std::string Mac(const PageBinding& binding, std::string_view payload) const;

  const std::string key_;
};

}  // namespace twinledger::rpc
