#include "platform/base/spare_time.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "platform/base/check.h"
#include "platform/base/thread_name.h"

namespace twinledger {
namespace {

using std::chrono::steady_clock;

constexpr absl::Duration kLook = absl::Milliseconds(100);

bool Schedule(pid_t thread, int policy) {
  const sched_param none{};
  return sched_setscheduler(thread, policy, &none) == 0;
}

// Tried by a thread that may be left as it is.
bool MayEndSpareTime() {
  bool may = false;
  std::thread([&may] {
    const int policy = sched_getscheduler(0);
    may = Schedule(0, SCHED_IDLE) && Schedule(0, policy);
  }).join();
  return may;
}

}  // namespace

SpareTime::Place::Place(SpareTime& all, std::chrono::milliseconds late, int policy)
    : all_(all),
      thread_(gettid()),
      late_(late),
      policy_(policy),
      due_(steady_clock::now().time_since_epoch()) {
  {
    const absl::MutexLock lock(&all_.mutex_);
    all_.places_.push_back(this);
  }
  Schedule(thread_, SCHED_IDLE);
}

// Who is in spare time must not hold what the watch waits for.
SpareTime::Place::~Place() {
  Schedule(thread_, policy_);
  {
    const absl::MutexLock lock(&all_.mutex_);
    std::erase(all_.places_, this);
  }
  Schedule(thread_, policy_);  // The watch may have put it back.
}

void SpareTime::Place::Sleeps(std::chrono::microseconds most) {
  due_.store((steady_clock::now() + most).time_since_epoch(), std::memory_order_relaxed);
}

SpareTime::SpareTime(std::chrono::milliseconds hurry) : hurry_(hurry), may_end_(MayEndSpareTime()) {
  if (may_end_) watch_ = std::jthread([this] { Watch(); });
}

SpareTime::~SpareTime() {
  const absl::MutexLock lock(&mutex_);
  TL_CHECK(places_.empty());
  stopping_ = true;
}

std::unique_ptr<SpareTime::Place> SpareTime::Join(std::chrono::milliseconds late) {
  const int policy = sched_getscheduler(0);
  if (!may_end_ || (policy != SCHED_OTHER && policy != SCHED_BATCH)) return nullptr;
  return std::make_unique<Place>(*this, late, policy);
}

void SpareTime::Watch() {
  NameThread("spare time");
  const absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kLook)) {
    for (Place* const place : places_) LookAfter(*place, steady_clock::now());
  }
}

void SpareTime::LookAfter(Place& place, steady_clock::time_point now) const {
  const bool late =
      place.due_.load(std::memory_order_relaxed) + place.late_ < now.time_since_epoch();
  if (late) {
    if (!place.hurries_until_) Schedule(place.thread_, place.policy_);
    place.hurries_until_ = now + hurry_;
  } else if (place.hurries_until_ && *place.hurries_until_ <= now) {
    Schedule(place.thread_, SCHED_IDLE);
    place.hurries_until_.reset();
  }
}

}  // namespace twinledger
