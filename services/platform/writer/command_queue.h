// The commands that wait for their outcome, in order of arrival. A command keeps its place until
// its outcome is in the view, also when nobody waits for it any more (rule 12), and whoever sends
// it again joins it (rule 8).
//
// Threads: confined to one.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/base/clock.h"
#include "platform/crypto/hash.h"
#include "platform/writer/command.h"

namespace twinledger::writer {

class CommandQueue {
 public:
  // Who waits. Each has its own digest: one who reuses the id for something else is told so when
  // the outcome is accepted, not before (rule 9).
  struct Caller {
    crypto::Hash digest{};
    MonotonicTime deadline;
    Reply reply;
  };
  struct Waiting {
    Command command;
    std::vector<Caller> callers;
    // It was in an append that nobody knows the fate of: only the log can say "not recorded".
    bool may_be_recorded = false;
  };
  using Place = std::list<Waiting>::iterator;

  explicit CommandQueue(std::size_t commands_max) : commands_max_(commands_max) {}

  // Bounds both the commands and those who wait for them.
  bool full() const { return waiting_.size() >= commands_max_ || callers_ >= commands_max_; }
  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }
#ifdef TWINLEDGER_PLANTED_BUGS
  void Reverse() { waiting_.reverse(); }
#endif
  Place begin() { return waiting_.begin(); }
  Place end() { return waiting_.end(); }

  // By the id that it will be recorded under; `end()` if there is none. validate_only commands are
  // never found: they leave no outcome.
  Place Find(const std::string& actor, const std::string& request_id);

  void Push(Command command, Caller caller);
  void Join(Place place, Caller caller);

  // The first `commands` were in an append with an unknown fate.
  void MarkFront(std::size_t commands);

  // Takes the command out; `place` is no longer valid.
  Waiting Take(Place place);

  // Hands over every caller whose deadline is at or before `now`. The commands stay, but for
  // validate_only ones that nobody waits for.
  void Expire(MonotonicTime now,
              const std::function<void(const Command& command, Caller caller)>& expired);

 private:
  std::size_t commands_max_;
  std::list<Waiting> waiting_;
  std::size_t callers_ = 0;
  std::unordered_map<std::string, Place> by_id_;
};

}  // namespace twinledger::writer
