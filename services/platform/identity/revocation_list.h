// The list that says which certificates are good no more.
//
//   revoked.txt   the heading, then one serial number a line, then for people since when, and
//                 whose; '#' begins a comment; replaced whole
//
// The list is there, with its heading, from the first start on: one that is missing, empty, or
// shorter than the register of issued certificates knows was lost, and whoever it revoked would be
// let in again. So it is an error, as is a line that cannot be read: it may be the one that
// matters. A line that an operator adds by hand joins the register at the next start.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/identity/issued_certificates.h"

namespace twinledger::identity {

std::filesystem::path RevokedFile(const std::filesystem::path& folder);

// Serials. FAILED_PRECONDITION: reason IDENTITY_MISSING without the file, REVOCATIONS_LOST for one
// that holds less than `issued` knows, BAD_REVOCATION_LIST with the line. `issued` was read before,
// since a revocation reaches the list first.
Result<std::unordered_set<std::string>> ReadRevoked(const std::filesystem::path& folder,
                                                    const IssuedRegister& issued);

// Whether `error` says that the list, or a part of it, is gone.
bool IsLost(const Error& error);

// That of `serial`, which the file does not hold any more.
Error RevocationLost(const std::filesystem::path& folder, std::string_view serial);

// A list that revokes nobody.
Result<void> CreateRevoked(const std::filesystem::path& folder);

// Errors as ReadRevoked. Registers what was added by hand, too.
Result<void> AddRevoked(const std::filesystem::path& folder,
                        const std::vector<IssuedEntry>& entries, WallTime now);

}  // namespace twinledger::identity
