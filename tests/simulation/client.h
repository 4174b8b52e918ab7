// A client that follows the rules: it keeps its request ids, repeats a request with the same id
// until it has an outcome, at any replica, and, if it sends ahead, names the request before and
// repeats from the first open one on, in order, at one replica.
//
// Some of what it sends is lost, late or repeated on the way; some are no honest requests: another
// body under an id in use, and questions by validate_only.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/coverage.h"
#include "tests/simulation/evidence.h"
#include "tests/simulation/replica.h"

namespace twinledger::simulation {

class Client {
 public:
  struct Habits {
    bool sends_ahead = false;  // Up to kWindow requests at once, all in one partition.
    std::size_t requests = 0;  // That it will make.
  };
  static constexpr std::size_t kWindow = 3;

  // What a run's clients share. `accounts` by partition.
  struct World {
    Shared& shared;
    Coverage& coverage;
    std::deque<Request>& requests;  // Addresses stay.
    std::vector<Reading>& readings;
    const std::map<log::PartitionId, std::vector<std::string>>& accounts;
    std::vector<std::unique_ptr<Replica>>& replicas;
    bool faults = true;
  };

  Client(World& world, std::size_t number, Habits habits);

  void Act();   // Sends something, or repeats.
  void Read();  // Reads an account, somewhere, with its token.
  void DeliverDelayed();
  bool done() const { return made_ == habits_.requests && open_.empty(); }

 private:
  struct Token {
    log::Sequence sequence = 0;
    crypto::Hash hash{};
  };
  struct Delayed {
    std::size_t request;
    std::size_t replica;
    unsigned attempt;
  };

  void Make();
  void MakeRival(const Request& of);
  std::size_t Add(Request request);
  testing::AccountCommand Wish(const log::PartitionId& partition);
  void SendOpen();
  void Send(std::size_t request, std::size_t replica);
  void Submit(const Delayed& sent);
  void OnReply(std::size_t request, unsigned attempt, const Result<writer::Outcome>& reply);
  void OnOutcome(Request& request, const writer::Outcome& outcome);
  void Close(std::size_t request);
  std::size_t SomeReplica();

  World& world_;
  Dice& dice_;
  const std::size_t number_;
  const std::string actor_;
  const Habits habits_;
  const log::PartitionId home_;
  std::size_t made_ = 0;
  std::deque<std::size_t> open_;  // Requests without an outcome, in order.
  std::map<std::size_t, std::string> after_;
  std::size_t replica_ = 0;  // That it sends to.
  bool repeat_ = false;
  std::vector<Delayed> delayed_;
  std::string last_id_;  // In its home partition.
  std::map<log::PartitionId, Token> tokens_;
  std::map<std::string, log::Sequence> versions_;  // Of accounts, as seen last.
};

}  // namespace twinledger::simulation
