// What happened in simulated runs besides the log's own faults. A suite in which something on this
// list never happened has not tested what it says.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

class Coverage {
 public:
  void Saw(const std::string& what, std::uint64_t times = 1) { seen_[what] += times; }
  void SawFaults(const log::FaultCounts& faults);
  void Add(const Coverage& other) {
    for (const auto& [what, times] : other.seen_) seen_[what] += times;
  }
  const std::map<std::string, std::uint64_t>& seen() const { return seen_; }

  // What never happened of all that can.
  std::vector<std::string> Missing() const;
  std::vector<std::string> MissingOf(std::span<const char* const> all) const;

 private:
  std::map<std::string, std::uint64_t> seen_;
};

}  // namespace twinledger::simulation
