// Whose an outbox is: an account of one deployment. Each has a folder of its own, so that nothing
// is ever sent as another account or to another register than it was written for.
//
//   $XDG_DATA_HOME/twinledger/outbox/ACCOUNT-HASH/     else $HOME/.local/share/twinledger/...
//
// The deployment is its authority and not an address: servers move, and there may be several.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "twinledger/connection/endpoint.h"

namespace twinledger::client {

struct OutboxOwner {
  std::string account;    // As its certificate names it: "spiffe://...".
  std::string authority;  // SHA-256 of its ca.pem, 32 bytes.

  friend bool operator==(const OutboxOwner&, const OutboxOwner&) = default;
};

// UNAUTHENTICATED, reason CREDENTIALS_UNREADABLE, where the certificate names no account.
Result<OutboxOwner> OwnerOf(const Endpoint& endpoint);

// FAILED_PRECONDITION, reason OUTBOX_NO_PLACE, where the environment names no folder of the user.
using Variable = std::function<std::optional<std::string>(const std::string&)>;
Result<std::filesystem::path> OutboxRoot(const Variable& variable);

// The name of its folder: "officer-1-0123456789abcdef".
std::string FolderNameOf(const OutboxOwner& owner);

}  // namespace twinledger::client
