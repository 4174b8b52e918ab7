// What one client of a fault run asks the registry for: councils, partners and relationships, new
// and amended; some requests change nothing, some are refused.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/kafka/fault_run/load/call.h"

namespace twinledger::faults {

// Where a client's councils stand: from the first to before the last.
struct Partitions {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// Partners that all clients name; they are made before the first fault.
inline constexpr int kPartners = 4;
Call CreatePartner(int number, std::uint64_t seed);
// Reads it in a state that holds all that was acknowledged before.
Call ReadPartner(int number);

// A council that engages, and its relationship, which has the same id in each council.
inline constexpr auto kEngagedRelationship = "00000000-0000-4000-8000-00000000e9a9";
Call CreateEngagedCouncil(const std::string& id);
Call RelateEngagedCouncil(const std::string& id);

// Threads: confined to one.
class RegistryCommands final : public Commands {
 public:
  RegistryCommands(int client, std::uint64_t seed, Partitions partitions);

  Call Next() override;

 private:
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(dice_() % bound); }

  struct Council {
    std::string id;
    std::string etag;
    std::string stale_etag;  // Of an earlier version.
    std::string display_name;
  };

  Call Create();
  Call CreateAgain(const Council& council);
  Call Amend(Council& council, const std::string& display_name, const std::string& etag);
  Call Relate(const Council& council);
  void Learn(const std::string& id, const std::string& etag, const std::string& display_name);
  std::string NewId();

  const int client_;
  const Partitions partitions_;
  std::mt19937_64 dice_;
  int last_number_ = 0;
  std::vector<Council> councils_;  // That are known to be there, the latest few.
};

}  // namespace twinledger::faults
