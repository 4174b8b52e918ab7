// A module that records on the stream "risk" what a test tells it: receipts and alerts, as commits.
#pragma once

#include <memory>
#include <string>

#include "platform/server/module.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::reporting {

// Of one server. Threads: confined to the test's.
class Receipts {
 public:
  server::OpenModule Opener();  // What it gives must be opened before anything is recorded.

  // All in one commit of the council; waits until it is accepted.
  void Record(const std::string& council, const std::vector<risk::events::v1::RiskEvent>& events);

 private:
  writer::Writer* writer_ = nullptr;
  int requests_ = 0;
};

}  // namespace twinledger::reporting
