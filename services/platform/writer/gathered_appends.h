// Appends of several partitions that are made in one go: handed to the log when the last of them
// is, so that it stores them by one sync.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "platform/log/event_log.h"

namespace twinledger::writer {

// Threads: confined to one.
class GatheredAppends {
 public:
  explicit GatheredAppends(log::EventLog& log) : log_(log) {}

  // While it lives, appends are gathered; they are made when it ends.
  class Gathering {
   public:
    explicit Gathering(GatheredAppends& appends) : appends_(appends) { appends_.gathers_ = true; }
    ~Gathering() { appends_.MakeAll(); }
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

   private:
    GatheredAppends& appends_;
  };

  void Add(std::function<void()> append) {
    if (!gathers_) return append();
    waiting_.push_back(std::move(append));
  }

 private:
  void MakeAll() {
    gathers_ = false;
    if (waiting_.empty()) return;
    const auto held = log_.HoldAppends();
    for (const auto& append : std::exchange(waiting_, {})) append();
  }

  log::EventLog& log_;
  bool gathers_ = false;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace twinledger::writer
