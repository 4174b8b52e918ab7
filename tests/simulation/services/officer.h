// Somebody who records: one request at a time, repeated under its id until it has an outcome, at
// any node. Some of what is sent is late, some answers are lost.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/coverage.h"
#include "tests/simulation/evidence.h"
#include "tests/simulation/services/node.h"
#include "tests/simulation/services/wish.h"

namespace twinledger::simulation {

class Officer {
 public:
  // What a run's officers share.
  struct World {
    Shared& shared;
    Coverage& coverage;
    std::deque<Request>& requests;  // Addresses stay.
    std::vector<std::unique_ptr<Node>>& nodes;
    bool faults = true;
  };

  Officer(World& world, std::size_t number, std::size_t requests);

  void Act();  // Sends something, or repeats.
  void DeliverDelayed();
  bool done() const { return made_ == requests_ && !open_; }

 private:
  struct Sent {
    std::size_t request;
    std::size_t node;
    Wish wish;
  };

  void Make();
  void Send();
  void Submit(const Sent& sent);
  void OnReply(std::size_t number, const Result<writer::Outcome>& reply);

  World& world_;
  Dice& dice_;
  const std::size_t number_;
  const std::string actor_;
  const std::size_t requests_;  // That it will make.
  std::size_t made_ = 0;
  std::optional<std::size_t> open_;
  Wish wish_;  // Of the open request.
  bool repeat_ = false;
  std::vector<Sent> delayed_;
};

}  // namespace twinledger::simulation
