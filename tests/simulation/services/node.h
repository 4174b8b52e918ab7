// One server: the three services, each with its own store, and the process of risk, whose commands
// and answers take their time on the way between it and its writer.
//
// Threads: confined to one.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "platform/process/lookout.h"
#include "tests/simulation/coverage.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/services/evidence.h"

namespace twinledger::simulation {

class Node {
 public:
  // What nodes of a run share.
  struct World {
    Shared& shared;
    Coverage& coverage;
    ProcessNotes& notes;
    std::map<std::string, std::size_t> asked;  // Request ids under way: by how many processes.
  };

  // `reads_offered` plants a bug: its process assesses what may never be in the log.
  Node(World& world, writer::WriterLimits limits, bool reads_offered);
  ~Node();

  Replica& part(Part part) { return *parts_.at(static_cast<std::size_t>(part)); }
  const Replica& part(Part part) const { return *parts_.at(static_cast<std::size_t>(part)); }

  void Start(Part part);
  std::size_t Kill(Part part);  // As Replica::Kill.
  void Stop(Part part);

  void SetWallAhead(std::chrono::microseconds ahead);
  void Tick();

  // Of the process: one turn, one command that reaches its writer, one answer that reaches it.
  // False if there was none.
  bool Turn();
  bool HandOver();
  bool DeliverAnswer();

  // Nothing is on its way, and the process has found nothing missing up to now.
  bool AtRest() const;

 private:
  class Following;

  World& world_;
  OfParts<std::unique_ptr<Replica>> parts_;
  std::unique_ptr<Following> following_;  // While risk is up.
};

}  // namespace twinledger::simulation
