// What a country's services record, made up: councils of the sizes that councils have, what happens
// in their relationships, and the receipts of it. Names are nobody's, and sealed texts random bytes
// as long as such texts are: whoever folds events does not open them. The same mix and seed give
// the same events, in the order in which they could have been recorded.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "platform/log/partition.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::testing {

// Of a hundred events, how many are of each stream once the country is there; receipts are the
// rest.
struct EventMix {
  int registry = 4;
  int engagement = 56;
};

struct CountryEvent {
  std::string stream;
  log::v1::EntityKey key;
  std::string method;  // That it was recorded by.
  std::string event;   // Serialized.
};

// Threads: confined to one. Memory is that of the councils and their relationships.
class CountryEvents {
 public:
  explicit CountryEvents(EventMix mix, std::uint64_t seed = 1);

  // The first ones are the country's: councils, and for each its relationships and donors.
  CountryEvent Next();

 private:
  struct Relationship {
    std::string council;
    std::string id;
    std::string partner;
  };
  struct Council {
    std::string id;
    std::vector<std::string> donors;
    std::vector<std::size_t> relationships;  // Places in relationships_.
  };
  struct Record {
    std::string council;
    std::string id;
    std::string relationship;
    bool gift = false;
  };

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(dice_() % bound); }
  std::string Bytes(std::size_t count);
  std::string Uuid();
  registry::events::v1::PartialDate Day();
  const Council& AnyCouncil();
  const Record& RecentRecord() { return recent_[Below(recent_.size())]; }

  void Found();
  void AddCouncil(std::size_t number);
  void AddDonor(Council& council);
  void AddRelationship(Council& council);
  CountryEvent OfRegistry(const std::string& type, const std::string& id, const std::string& method,
                          const registry::events::v1::RegistryEvent& event) const;
  CountryEvent ChangeOfRegistry();

  CountryEvent OfEngagement(const std::string& council, const std::string& method,
                            const engagement::events::v1::EngagementEvent& event) const;
  CountryEvent ChangeOfRecord(std::size_t hundredth);
  CountryEvent NewRecord();
  void FillGift(const Council& council, engagement::events::v1::RecordFields& fields);
  void FillMeal(const Council& council, engagement::events::v1::RecordFields& fields);
  void FillTravel(engagement::events::v1::RecordFields& fields);
  void FillDelegation(engagement::events::v1::RecordFields& fields);

  CountryEvent Receipt();

  const EventMix mix_;
  std::mt19937_64 dice_;
  std::vector<double> reach_;  // Sums of the councils' weights: few have most.
  std::vector<Council> councils_;
  std::vector<Relationship> relationships_;
  std::vector<Record> recent_;
  std::size_t next_recent_ = 0;
  std::deque<CountryEvent> waiting_;
};

}  // namespace twinledger::testing
