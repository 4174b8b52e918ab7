// Makes keys for callers that must not wait for the disk: on a thread of its own, with one sync for
// all that came meanwhile, and in a crowd for those that come in a moment.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "platform/base/result.h"
#include "platform/keyring/keyring.h"
#include "platform/keyring/subject_key.h"

namespace twinledger::keyring {

inline constexpr std::size_t kKeysWaitingMax = 4096;

// Threads: thread-safe.
class KeyMaker {
 public:
  // With the subject's sealer where its key was made for the caller: as NewSealers. Else null.
  using Made = Result<std::shared_ptr<const Sealer>>;
  using Then = std::function<void(const Made&)>;

  explicit KeyMaker(Keyring& keyring);  // Which must outlive it.
  ~KeyMaker();                          // Once all that was asked for is answered.

  // Calls `then` once: on this thread if the subject has a key already, else when it is on disk,
  // on the maker's thread and in the order of asking. Errors as EnsureKeys; RESOURCE_EXHAUSTED,
  // reason QUEUE_FULL, at once, where too many wait: the disk does not keep up.
  void Ensure(SubjectId subject, Then then);

 private:
  struct Wanted {
    SubjectId subject;
    Then then;
  };

  void Run();

  Keyring& keyring_;
  absl::Mutex mutex_;
  std::vector<Wanted> wanted_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace twinledger::keyring
