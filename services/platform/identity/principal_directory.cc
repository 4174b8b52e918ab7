#include "platform/identity/principal_directory.h"

#include <chrono>
#include <system_error>
#include <utility>

#include "platform/identity/issued_certificates.h"
#include "platform/identity/revocation_list.h"

namespace twinledger::identity {
namespace {

// Revocation must reach open connections within 60 s; ten readings of a small file a minute cost
// nothing.
constexpr std::chrono::seconds kReloadPeriod{6};

std::uintmax_t IssuedBytes(const std::filesystem::path& folder) {
  std::error_code absent;
  const std::uintmax_t bytes = std::filesystem::file_size(IssuedFile(folder), absent);
  return absent ? 0 : bytes;
}

}  // namespace

PrincipalDirectory::PrincipalDirectory(std::filesystem::path folder, const Clock& clock)
    : folder_(std::move(folder)), clock_(clock) {}

Result<std::unique_ptr<PrincipalDirectory>> PrincipalDirectory::Open(std::filesystem::path folder,
                                                                     const Clock& clock) {
  std::unique_ptr<PrincipalDirectory> directory(new PrincipalDirectory(std::move(folder), clock));
  const absl::MutexLock lock(&directory->mutex_);
  directory->Reload();
  TL_TRY_VOID(directory->readable_);
  TL_TRY_VOID(directory->complete_);
  return directory;
}

Result<void> PrincipalDirectory::Admit(std::string_view uri, std::string_view serial) {
  const absl::MutexLock lock(&mutex_);
  const auto age = clock_.Monotonic() - loaded_;
  const std::string key(serial);
  // A certificate issued a moment ago works at once; a stranger does not make us read.
  const bool unknown = issued_.find(key) == issued_.end();
  if (age >= kReloadPeriod || (unknown && IssuedBytes(folder_) != issued_bytes_)) Reload();
  if (!readable_) {
    return Error{Code::kUnavailable,
                 "the server cannot read its list of certificates, and lets nobody in until it can",
                 "IDENTITY_UNREADABLE"};
  }
  const auto issued = issued_.find(key);
  if (issued == issued_.end() || issued->second != uri) {
    return Error{Code::kPermissionDenied,
                 "this server does not know the client certificate: ask its operator to issue one",
                 "NOT_REGISTERED"};
  }
  if (revoked_.contains(key)) {
    return Error{Code::kPermissionDenied,
                 "the client certificate is revoked: ask the server's operator for another one",
                 "REVOKED"};
  }
  return {};
}

Result<void> PrincipalDirectory::Check() {
  const absl::MutexLock lock(&mutex_);
  if (clock_.Monotonic() - loaded_ >= kReloadPeriod) Reload();
  return readable_ ? complete_ : readable_;
}

void PrincipalDirectory::Reload() {
  loaded_ = clock_.Monotonic();
  issued_bytes_ = IssuedBytes(folder_);  // Before it is read: what comes meanwhile is read again.
  Result<IssuedRegister> issued = ReadIssued(folder_);
  if (!issued) {
    readable_ = std::move(issued).error();
    return;
  }
  Result<std::unordered_set<std::string>> revoked = ReadRevoked(folder_, *issued);
  if (!revoked && !IsLost(revoked.error())) {
    readable_ = std::move(revoked).error();
    return;
  }
  readable_ = Result<void>();
  complete_ = Result<void>();
  if (!revoked) {
    complete_ = std::move(revoked).error();
    revoked = std::move(issued->revoked);  // At least.
  }
  for (const std::string& serial : revoked_) {
    const bool added = revoked->insert(serial).second;
    if (added && complete_) complete_ = RevocationLost(folder_, serial);
  }
  revoked_ = *std::move(revoked);
  issued_.clear();
  for (IssuedEntry& entry : issued->entries) {
    issued_.emplace(std::move(entry.serial), std::move(entry.uri));
  }
}

}  // namespace twinledger::identity
