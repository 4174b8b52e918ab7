// Commands on their way to a writer: let in, and not yet planned. A partition that knows of some
// waits a moment before it makes a record, so that one signature, one frame and one row of the
// cursor serve more of them. Where nothing is on its way nothing is waited for.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace twinledger::writer {

// Threads: thread-safe.
class ExpectedCommands {
 public:
  // One of them, until it has arrived or is given up. Threads: one after another.
  class Place {
   public:
    explicit Place(ExpectedCommands& commands) : commands_(&commands) { ++commands_->count_; }
    ~Place() { Arrived(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void Arrived() {
      if (commands_ != nullptr) std::exchange(commands_, nullptr)->Forget();
    }

   private:
    ExpectedCommands* commands_;
  };

  // `none_left` is called where somebody waited for more and the last has come: on the thread that
  // brought it.
  explicit ExpectedCommands(std::function<void()> none_left) : none_left_(std::move(none_left)) {}

  // Shared by the continuations of the call that brings the command. This outlives it.
  std::shared_ptr<Place> Expect() { return std::make_shared<Place>(*this); }

  // Whether some are on their way: then `none_left` will be called.
  bool Await() {
    if (count_ == 0) return false;
    awaited_ = true;
    return count_ != 0;
  }

 private:
  void Forget() {
    if (--count_ == 0 && awaited_.exchange(false)) none_left_();
  }

  const std::function<void()> none_left_;
  std::atomic<int> count_ = 0;
  std::atomic<bool> awaited_ = false;
};

}  // namespace twinledger::writer
