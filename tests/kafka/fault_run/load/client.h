// One client of a fault run: sends a request after another, repeats each with its request id until
// it is settled, and writes down all that it was told.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/kafka/fault_run/load/call.h"
#include "tests/kafka/fault_run/load/servers.h"
#include "tests/support/history.h"

namespace twinledger::faults {

struct ClientOptions {
  std::vector<std::string> servers;
  std::vector<std::filesystem::path> credentials;  // A folder for each account.
  std::filesystem::path history;                   // Folder.
  std::uint64_t seed = 0;
  Patience patience = Patience::kRepeats;
  // A partition's requests go to one replica, and to the other where that one fails; else to
  // either.
  bool routed = false;
  std::chrono::milliseconds pause{0};  // Between two requests.
  bool until_fail = false;             // Ends once it was told that a request is not recorded.
};

// Threads: a thread of its own; the rest from any.
class Client {
 public:
  Client(int number, const ClientOptions& options, std::unique_ptr<Commands> commands);

  void Finish() { finishing_ = true; }  // Settles its last request and ends.
  void GiveUp() { given_up_ = true; }   // Leaves it open.
  void Join() { thread_.join(); }

 private:
  void Run();
  // What a request or an attempt came to.
  enum class Fate { kSettled, kLeft, kOpen };
  Fate Settle(const Call& call);
  Fate Attempt(std::size_t server, const Call& call);
  // Once more at each replica: what was answered is the answer.
  void AskAgain(const Call& call);
  std::size_t FirstServer(const Call& call);

  const ClientOptions options_;
  std::deque<Servers> servers_;  // As each account sees them.
  const std::unique_ptr<Commands> commands_;
  std::mt19937_64 dice_;
  support::HistoryFile history_;
  std::deque<Call> latest_;       // Settled.
  bool may_be_recorded_ = false;  // Of the request that is being settled.
  std::atomic<bool> finishing_ = false;
  std::atomic<bool> given_up_ = false;
  std::jthread thread_;
};

}  // namespace twinledger::faults
