// Which certificates are good: those that were issued here and not revoked.
//
//   issued.jsonl   issued_certificates.h
//   revoked.txt    revocation_list.h
//
// Both are read again while the server runs, so that issuing and revoking take effect without a
// restart and on open connections. A revocation list that cannot be read lets nobody in; where it,
// or a part of it, is lost, the last one known stays in force.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace twinledger::identity {

// Threads: thread-safe.
class PrincipalDirectory {
 public:
  // `folder` is that of the authority. `clock` must outlive it.
  static Result<std::unique_ptr<PrincipalDirectory>> Open(std::filesystem::path folder,
                                                          const Clock& clock);

  // Asked on every call. PERMISSION_DENIED, reason NOT_REGISTERED for a certificate that was not
  // issued here, REVOKED for a revoked one; UNAVAILABLE, reason IDENTITY_UNREADABLE, while the
  // files cannot be read.
  Result<void> Admit(std::string_view uri, std::string_view serial);

  // What is wrong with the files, for the operator. Reads them again when it is time.
  Result<void> Check();

 private:
  PrincipalDirectory(std::filesystem::path folder, const Clock& clock);
  void Reload() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::filesystem::path folder_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::unordered_map<std::string, std::string> issued_ ABSL_GUARDED_BY(mutex_);  // Serial -> URI.
  std::unordered_set<std::string> revoked_ ABSL_GUARDED_BY(mutex_);              // Serials.
  Result<void> readable_ ABSL_GUARDED_BY(mutex_);
  Result<void> complete_ ABSL_GUARDED_BY(mutex_);  // Nothing of the revocation list is lost.
  MonotonicTime loaded_ ABSL_GUARDED_BY(mutex_){};
  std::uintmax_t issued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // It only grows.
};

}  // namespace twinledger::identity
