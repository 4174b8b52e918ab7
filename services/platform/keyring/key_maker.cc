#include "platform/keyring/key_maker.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "platform/base/thread_name.h"

namespace twinledger::keyring {
namespace {

// Behind a group of several as many again are waited for, so long at most: a sync takes the
// processor for as long as the making of ten keys.
constexpr std::size_t kSeveral = 4;
constexpr absl::Duration kWaitForAsMany = absl::Milliseconds(2);

// Each is a secret in memory until its caller has gone on.
constexpr std::size_t kKeysOfAGroupMax = 256;

// Of several who asked for one subject the first has its sealer.
KeyMaker::Made TakeSealer(Result<NewSealers>& made, const SubjectId& subject) {
  if (!made) return made.error();
  auto its = made->extract(subject);
  return its ? std::move(its.mapped()) : nullptr;
}

}  // namespace

KeyMaker::KeyMaker(Keyring& keyring) : keyring_(keyring), thread_([this] { Run(); }) {}

KeyMaker::~KeyMaker() {
  const absl::MutexLock lock(&mutex_);
  stopping_ = true;
}

void KeyMaker::Ensure(SubjectId subject, Then then) {
  if (keyring_.HasAtHand(subject)) return then(Made(nullptr));
  {
    const absl::MutexLock lock(&mutex_);
    if (wanted_.size() < kKeysWaitingMax) {
      wanted_.push_back({std::move(subject), std::move(then)});
      return;
    }
  }
  then(Error{.code = Code::kResourceExhausted,
             .message = "too many new records wait for their keys: repeat the same request",
             .reason = "QUEUE_FULL",
             .retry_after = std::chrono::milliseconds(100)});
}

void KeyMaker::Run() {
  NameThread("keys and plans");
  std::vector<Wanted> wanted;
  while (true) {
    const std::size_t as_many = wanted.size();
    wanted.clear();
    {
      const absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !wanted_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (as_many >= kSeveral) {
        const auto enough = [this, as_many]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
          return stopping_ || wanted_.size() >= as_many;
        };
        mutex_.AwaitWithTimeout(absl::Condition(&enough), kWaitForAsMany);
      }
      if (wanted_.empty()) return;
      const std::size_t most = std::min(wanted_.size(), kKeysOfAGroupMax);
      const auto end = wanted_.begin() + static_cast<std::ptrdiff_t>(most);
      wanted.assign(std::move_iterator(wanted_.begin()), std::move_iterator(end));
      wanted_.erase(wanted_.begin(), end);
    }
    std::vector<SubjectId> subjects;
    for (const Wanted& each : wanted) subjects.push_back(each.subject);
    Result<NewSealers> made = keyring_.EnsureKeys(subjects);
    for (const Wanted& each : wanted) each.then(TakeSealer(made, each.subject));
  }
}

}  // namespace twinledger::keyring
