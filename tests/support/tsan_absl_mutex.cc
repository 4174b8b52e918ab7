// Debian's Abseil is built without the thread sanitizer, so the sanitizer does not see that its
// mutexes order anything. The linker puts these in the place of Abseil's functions (--wrap, in the
// CMakeLists.txt beside this), and they say so. Conditions are evaluated by whichever thread holds
// the mutex, also within Unlock: what they read there is not looked at.
#include <cstdint>

extern "C" {

// Of the sanitizer's runtime.
void __tsan_acquire(void* address);
void __tsan_release(void* address);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);

struct AbslDuration {  // As absl::Duration is passed.
  std::int64_t seconds;
  std::uint32_t ticks;
};

// Declares what stands behind `symbol` and begins what stands in front of it.
#define TL_WRAP(result, symbol, ...)   \
  result __real_##symbol(__VA_ARGS__); \
  result __wrap_##symbol(__VA_ARGS__); \
  result __wrap_##symbol(__VA_ARGS__)

TL_WRAP(void, _ZN4absl7debian35Mutex4LockEv, void* mutex) {
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  __real__ZN4absl7debian35Mutex4LockEv(mutex);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  __tsan_acquire(mutex);
}

TL_WRAP(void, _ZN4absl7debian35Mutex6UnlockEv, void* mutex) {
  __tsan_release(mutex);
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  __real__ZN4absl7debian35Mutex6UnlockEv(mutex);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}

TL_WRAP(void, _ZN4absl7debian35Mutex10ReaderLockEv, void* mutex) {
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  __real__ZN4absl7debian35Mutex10ReaderLockEv(mutex);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  __tsan_acquire(mutex);
}

TL_WRAP(void, _ZN4absl7debian35Mutex12ReaderUnlockEv, void* mutex) {
  __tsan_release(mutex);
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  __real__ZN4absl7debian35Mutex12ReaderUnlockEv(mutex);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}

TL_WRAP(void, _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE, void* mutex, const void* condition) {
  __tsan_release(mutex);
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  __real__ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE(mutex, condition);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  __tsan_acquire(mutex);
}

TL_WRAP(bool, _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE, void* mutex,
        const void* condition, AbslDuration wait) {
  __tsan_release(mutex);
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  const bool met = __real__ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE(
      mutex, condition, wait);
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  __tsan_acquire(mutex);
  return met;
}

TL_WRAP(void, _ZN4absl7debian37CondVar4WaitEPNS0_5MutexE, void* variable, void* mutex) {
  __tsan_release(mutex);
  __real__ZN4absl7debian37CondVar4WaitEPNS0_5MutexE(variable, mutex);
  __tsan_acquire(mutex);
}

TL_WRAP(bool, _ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE, void* variable,
        void* mutex, AbslDuration wait) {
  __tsan_release(mutex);
  const bool late = __real__ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE(
      variable, mutex, wait);
  __tsan_acquire(mutex);
  return late;
}

TL_WRAP(bool, _ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE, void* variable,
        void* mutex, AbslDuration deadline) {  // absl::Time is a Duration since 1970.
  __tsan_release(mutex);
  const bool late = __real__ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE(
      variable, mutex, deadline);
  __tsan_acquire(mutex);
  return late;
}

TL_WRAP(void, _ZN4absl7debian312Notification6NotifyEv, void* notification) {
  __tsan_release(notification);
  __real__ZN4absl7debian312Notification6NotifyEv(notification);
}

TL_WRAP(void, _ZNK4absl7debian312Notification19WaitForNotificationEv, void* notification) {
  __real__ZNK4absl7debian312Notification19WaitForNotificationEv(notification);
  __tsan_acquire(notification);
}

TL_WRAP(bool, _ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE,
        void* notification, AbslDuration wait) {
  const bool notified =
      __real__ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE(
          notification, wait);
  __tsan_acquire(notification);
  return notified;
}

TL_WRAP(bool, _ZN4absl7debian315BlockingCounter14DecrementCountEv, void* counter) {
  __tsan_release(counter);
  return __real__ZN4absl7debian315BlockingCounter14DecrementCountEv(counter);
}

TL_WRAP(void, _ZN4absl7debian315BlockingCounter4WaitEv, void* counter) {
  __real__ZN4absl7debian315BlockingCounter4WaitEv(counter);
  __tsan_acquire(counter);
}

}  // extern "C"
