#include "twinledger/outbox/owner.h"

#include <fmt/format.h>

#include "platform/crypto/certificates.h"
#include "platform/crypto/hash.h"

namespace twinledger::client {

Result<OutboxOwner> OwnerOf(const Endpoint& endpoint) {
  TL_TRY(const crypto::CertificateFacts facts, crypto::Inspect(endpoint.cert_pem));
  if (facts.names.uris.size() != 1) {
    const std::filesystem::path file = endpoint.folder / "cert.pem";
    return Error{.code = Code::kUnauthenticated,
                 .message = fmt::format("{} names no account: have the credentials issued again",
                                        file.string()),
                 .reason = "CREDENTIALS_UNREADABLE",
                 .metadata = {{"place", file.string()}}};
  }
  return OutboxOwner{.account = facts.names.uris.front(),
                     .authority = std::string(crypto::Bytes(crypto::Sha256(endpoint.ca_pem)))};
}

Result<std::filesystem::path> OutboxRoot(const Variable& variable) {
  constexpr const char* kBelow = "twinledger/outbox";
  // What is not absolute is to be passed over (XDG Base Directory).
  if (const auto data = variable("XDG_DATA_HOME"); data && data->starts_with('/')) {
    return std::filesystem::path(*data) / kBelow;
  }
  if (const auto home = variable("HOME"); home && home->starts_with('/')) {
    return std::filesystem::path(*home) / ".local/share" / kBelow;
  }
  return Error{.code = Code::kFailedPrecondition,
               .message =
                   "there is no place for an outbox: set XDG_DATA_HOME or HOME to a folder "
                   "of yours",
               .reason = "OUTBOX_NO_PLACE"};
}

std::string FolderNameOf(const OutboxOwner& owner) {
  constexpr std::size_t kDigits = 16;  // For people who look; each entry names its owner in full.
  const std::string hash =
      crypto::Hex(crypto::Sha256({owner.authority, owner.account})).substr(0, kDigits);
  return owner.account.substr(owner.account.rfind('/') + 1) + "-" + hash;
}

}  // namespace twinledger::client
