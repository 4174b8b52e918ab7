// What one client of a fault run asks for: councils, partners and relationships, new and amended;
// some requests change nothing, some are refused.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::faults {

// One request, to be sent until it is settled.
struct Call {
  std::string method;
  std::string key;  // "council/...", of the entity that it touches.
  std::uint32_t partition = 0;
  std::string request_id;
  std::unique_ptr<google::protobuf::Message> request;
  std::unique_ptr<google::protobuf::Message> response;
  std::function<const rpc::v1::Receipt&()> receipt;  // Of the response.
  std::function<void()> learn;                       // From the response, once it is answered.
};

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

// Threads: confined to one.
class Commands {
 public:
  Commands(int client, std::uint64_t seed, Partitions partitions);

  Call Next();

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(dice_() % bound); }

 private:
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
