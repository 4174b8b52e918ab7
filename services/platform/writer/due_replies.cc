#include "platform/writer/due_replies.h"

namespace twinledger::writer {

void DueReplies::Add(Reply reply, Result<Outcome> result) {
  if (result) {
    outcomes_.emplace_back(std::move(reply), *std::move(result));
  } else {
    errors_.emplace_back(std::move(reply), std::move(result).error());
  }
}

void DueReplies::TellErrors() {
  for (const auto& [reply, error] : std::exchange(errors_, {})) reply(error);
}

void DueReplies::TellOutcomes(const Result<void>& stored) {
  for (auto& [reply, outcome] : std::exchange(outcomes_, {})) {
    reply(stored ? Result<Outcome>(std::move(outcome)) : stored.error());
  }
}

}  // namespace twinledger::writer
