// Where every run of the services begins: a log with the three streams, in it councils with a
// relationship each, and counterparties.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/log/chain.h"
#include "tests/support/test_chain.h"

namespace twinledger::simulation {

struct Country {
  static constexpr std::uint32_t kPartitions = 2;

  Country();

  testing::TestFounding founder;
  log::Founding founding;
  std::map<log::PartitionId, std::vector<std::string>> records;
  std::array<std::string, 2> councils;  // One in each partition.
  std::array<std::string, 2> donors;    // Likewise.

  // Of a council: the relationship that it begins with, and one that may be added.
  static std::string TwinOf(const std::string& council) { return "twin-of-" + council; }
  static std::string SecondOf(const std::string& council) { return "second-of-" + council; }
};

// The same for every run: only what happens differs.
const Country& TheCountry();

}  // namespace twinledger::simulation
