#include "platform/writer/command_queue.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/base/check.h"

namespace twinledger::writer {
namespace {

std::string IdKey(const std::string& actor, const std::string& request_id) {
  return absl::StrCat(actor.size(), ":", actor, request_id);
}

}  // namespace

CommandQueue::Place CommandQueue::Find(const std::string& actor, const std::string& request_id) {
  const auto found = by_id_.find(IdKey(actor, request_id));
  return found == by_id_.end() ? waiting_.end() : found->second;
}

void CommandQueue::Push(Command command, Caller caller) {
  Waiting& added = waiting_.emplace_back();
  added.command = std::move(command);
  added.callers.push_back(std::move(caller));
  ++callers_;
  if (added.command.validate_only) return;
  const bool fresh =
      by_id_
          .emplace(IdKey(added.command.actor, added.command.request_id), std::prev(waiting_.end()))
          .second;
  TL_CHECK(fresh);
}

void CommandQueue::Join(Place place, Caller caller) {
  place->callers.push_back(std::move(caller));
  ++callers_;
}

void CommandQueue::MarkFront(std::size_t commands) {
  for (Place place = waiting_.begin(); commands > 0; ++place, --commands) {
    place->may_be_recorded = true;
  }
}

CommandQueue::Waiting CommandQueue::Take(Place place) {
  Waiting taken = std::move(*place);
  callers_ -= taken.callers.size();
  if (!taken.command.validate_only) {
    by_id_.erase(IdKey(taken.command.actor, taken.command.request_id));
  }
  waiting_.erase(place);
  return taken;
}

void CommandQueue::Expire(
    MonotonicTime now, const std::function<void(const Command& command, Caller caller)>& expired) {
  for (Place place = waiting_.begin(); place != waiting_.end();) {
    const Place here = place++;
    const auto first_late =
        std::stable_partition(here->callers.begin(), here->callers.end(),
                              [now](const Caller& caller) { return caller.deadline > now; });
    for (auto caller = first_late; caller != here->callers.end(); ++caller) {
      --callers_;
      expired(here->command, std::move(*caller));
    }
    here->callers.erase(first_late, here->callers.end());
    if (here->callers.empty() && here->command.validate_only) Take(here);
  }
}

}  // namespace twinledger::writer
