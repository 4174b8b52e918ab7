#include "tests/kafka/fault_run/load/client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace twinledger::faults {
namespace {

using support::HistoryEvent;

constexpr std::size_t kAskedAgain = 20;
constexpr std::chrono::milliseconds kBetweenAttempts{50};

// An answer of the rules, which stands in the log as a commit without events.
bool IsRefusal(const Call& call, const Error& error) {
  if (error.code == Code::kNotFound && call.waits_for_others) return false;
  constexpr std::array kCodes = {Code::kAborted, Code::kAlreadyExists, Code::kFailedPrecondition,
                                 Code::kNotFound};
  return std::ranges::find(kCodes, error.code) != kCodes.end();
}

std::deque<Servers> EachAccounts(const ClientOptions& options) {
  std::deque<Servers> all;
  for (const auto& credentials : options.credentials) {
    all.emplace_back(options.servers, credentials, options.patience);
  }
  return all;
}

}  // namespace

Client::Client(int number, const ClientOptions& options, std::unique_ptr<Commands> commands)
    : options_(options),
      servers_(EachAccounts(options)),
      commands_(std::move(commands)),
      dice_(options.seed * 1000 + static_cast<unsigned>(number)),
      history_(options.history / std::to_string(number)),
      thread_([this] { Run(); }) {}

void Client::Run() {
  while (!finishing_ && !given_up_) {
    std::this_thread::sleep_for(options_.pause);
    Call call = commands_->Next();
    if (Settle(call) != Fate::kSettled) continue;
    latest_.push_back(std::move(call));
    if (latest_.size() > kAskedAgain) latest_.pop_front();
  }
  if (options_.until_fail) return;  // The log is as it is at that moment.
  for (const Call& call : latest_) AskAgain(call);
}

std::size_t Client::FirstServer(const Call& call) {
  const std::size_t count = options_.servers.size();
  return (options_.routed ? call.partition : dice_()) % count;
}

Client::Fate Client::Settle(const Call& call) {
  may_be_recorded_ = false;
  for (std::size_t server = FirstServer(call); !given_up_;
       server = (server + 1) % options_.servers.size()) {
    const Fate fate = Attempt(server, call);
    if (fate != Fate::kOpen) return fate;
    std::this_thread::sleep_for(kBetweenAttempts);
  }
  return Fate::kOpen;
}

Client::Fate Client::Attempt(std::size_t server, const Call& call) {
  using Kind = HistoryEvent::Kind;
  history_.Write({Kind::kInvoke, call.request_id, call.key, "", 0});
  const Result<void> answer =
      servers_[call.account].Call(server, call.method, *call.request, *call.response);
  if (answer.ok()) {
    history_.Write(
        {Kind::kOk, call.request_id, call.receipt().position(), call.receipt().commit_hash(), 0});
    call.learn();
    return Fate::kSettled;
  }
  const Error& error = answer.error();
  if (IsRefusal(call, error)) {
    history_.Write({Kind::kRefused, call.request_id, error.reason, "", 0});
    return Fate::kSettled;
  }
  if (!servers_[call.account].SaysNotRecorded(error)) may_be_recorded_ = true;
  // Who is told that nothing came of any attempt may leave it at that; who repeats is as welcome.
  const bool leaves = options_.patience == Patience::kOnce && !may_be_recorded_;
  history_.Write({leaves ? Kind::kFail : Kind::kUnknown, call.request_id, error.reason, "", 0});
  if (leaves && options_.until_fail) finishing_ = true;
  return leaves ? Fate::kLeft : Fate::kOpen;
}

void Client::AskAgain(const Call& call) {
  for (std::size_t server = 0; server < options_.servers.size(); ++server) {
    may_be_recorded_ = true;  // It counts as it was settled.
    while (!given_up_ && Attempt(server, call) == Fate::kOpen) {
      std::this_thread::sleep_for(kBetweenAttempts);
    }
  }
}

}  // namespace twinledger::faults
