// What a replica of a server has of the authority: enough to serve, and nothing to issue by.
//
//   identity/ca.pem, server.pem, server.key   the authority's certificate, and one by it
//            issued.jsonl, revoked.txt        as they were when they were written
//            replica.txt                      says that this is one; for people too
//
// The authority stays in one data directory, which writes these files: there its certificates are
// issued and revoked, and from there the lists go to the replicas again.
#pragma once

#include <filesystem>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/identity/authority.h"

namespace twinledger::identity {

bool IsReplica(const std::filesystem::path& folder);

// FAILED_PRECONDITION, reason CERTIFICATE_EXPIRED or CERTIFICATE_UNFIT, where the certificate is
// not for the names and the trust domain of `options`, or is not the authority's.
Result<ServerCredential> OpenReplica(const std::filesystem::path& folder,
                                     const AuthorityOptions& options, const Clock& clock);

// Makes the folder, or writes its files anew, with the lists of the authority's own folder.
Result<void> WriteReplica(const std::filesystem::path& folder, const ServerCredential& server,
                          const std::filesystem::path& authority_folder);

}  // namespace twinledger::identity
