// Answers to submissions, until it is time to give them: an error when the input that brought it is
// done, for a caller may submit again from within its reply; an outcome not before the rows of its
// commit are stored, for who hears of it may ask for it.
#pragma once

#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "platform/writer/command.h"

namespace twinledger::writer {

// Threads: confined to one.
class DueReplies {
 public:
  void Add(Reply reply, Result<Outcome> result);

  bool has_outcomes() const { return !outcomes_.empty(); }

  void TellErrors();
  // With an error of the attempt where they are not stored: its caller repeats the request.
  void TellOutcomes(const Result<void>& stored);

 private:
  std::vector<std::pair<Reply, Error>> errors_;
  std::vector<std::pair<Reply, Outcome>> outcomes_;
};

}  // namespace twinledger::writer
