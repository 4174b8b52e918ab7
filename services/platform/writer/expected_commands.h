// The commands that a writer's calls bring, from being let in until they are answered.
//
//   let in --Expect--> on its way (being planned) --Arrived--> with the writer --answered--> gone
//
// Where there are many, a partition waits a moment for those on their way before it makes a record,
// so that one signature, one frame and one row of the cursor serve more of them. Where there are
// few, the processor has time for a record each, and nobody waits.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace twinledger::writer {

// Threads: thread-safe.
class ExpectedCommands {
 public:
  // So many calls keep two processors busy while all of them wait for a few milliseconds.
  static constexpr int kMany = 32;

  // One of them, for as long as it lives. Threads: one after another.
  class Place {
   public:
    explicit Place(ExpectedCommands& commands) : commands_(commands) {
      ++commands_.present_;
      ++commands_.on_their_way_;
    }
    ~Place() {
      Arrived();
      --commands_.present_;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Submitted, or given up.
    void Arrived() {
      if (!std::exchange(arrived_, true)) commands_.Forget();
    }

   private:
    ExpectedCommands& commands_;
    bool arrived_ = false;
  };

  // `none_left` is called where somebody waited for more and the last has come: on the thread that
  // brought it.
  explicit ExpectedCommands(std::function<void()> none_left) : none_left_(std::move(none_left)) {}

  // Shared by the continuations of the call that brings the command. This outlives it.
  std::shared_ptr<Place> Expect() { return std::make_shared<Place>(*this); }

  // Whether there are many, and some are on their way: then `none_left` will be called.
  bool Await() {
    if (present_ < kMany || on_their_way_ == 0) return false;
    awaited_ = true;
    return on_their_way_ != 0;
  }

 private:
  void Forget() {
    if (--on_their_way_ == 0 && awaited_.exchange(false)) none_left_();
  }

  const std::function<void()> none_left_;
  std::atomic<int> present_ = 0;
  std::atomic<int> on_their_way_ = 0;
  std::atomic<bool> awaited_ = false;
};

}  // namespace twinledger::writer
