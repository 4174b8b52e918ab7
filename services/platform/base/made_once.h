// What is made of a value by the first who needs it, and kept beside it for all others who read the
// value: one thing of each type.
//
//   struct Commit { ...; MadeOnce made; };
//   const Parsed& parsed = commit.made.Get<Parsed>([&] { return Parse(commit); });
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace twinledger {

// REQUIRES: the value does not change once something was made of it. A copy of the value may, so of
// a copy nothing is made yet. Threads: thread-safe.
class MadeOnce {
 public:
  MadeOnce() = default;
  MadeOnce(const MadeOnce& /*other*/) noexcept {}
  MadeOnce& operator=(const MadeOnce& /*other*/) noexcept {
    made_.clear();
    return *this;
  }
  ~MadeOnce() = default;

  // Valid as long as the value. Who asks while it is being made waits; `make` may not ask itself.
  template <class T, class Make>
  const T& Get(const Make& make) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [type, thing] : made_) {
      if (type == &kTypeOf<T>) return *static_cast<const T*>(thing.get());
    }
    auto thing = std::make_shared<const T>(make());
    const T& made = *thing;
    made_.emplace_back(&kTypeOf<T>, std::move(thing));
    return made;
  }

 private:
  template <class T>
  static constexpr char kTypeOf = 0;  // Its address is the type's name.

  mutable std::mutex mutex_;
  mutable std::vector<std::pair<const char*, std::shared_ptr<const void>>> made_;
};

}  // namespace twinledger
