// Histories made up from a seed: councils' relationships, principals, assets and records of every
// kind, with names, countries, texts and currencies in all places that have them; amended, checked,
// returned and retracted. And the same history told of other people in other countries.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/risk_inputs/ledger.h"

namespace twinledger::risk {

// Threads: confined to one.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  int Between(int least, int most) {
    const auto range = static_cast<std::uint32_t>(most - least + 1);
    return least + static_cast<int>(engine_() % range);
  }
  bool OneIn(int cases) { return Between(1, cases) == 1; }
  template <class Values>
  const auto& Pick(const Values& values) {
    return values[static_cast<std::size_t>(Between(0, static_cast<int>(std::size(values)) - 1))];
  }
  template <class Values>
  void Shuffle(Values& values) {
    for (std::size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1],
                values[static_cast<std::size_t>(Between(0, static_cast<int>(i) - 1))]);
    }
  }

 private:
  std::mt19937 engine_;
};

// One event, in a commit of its own. One of the two is set.
struct Happening {
  std::string entity;  // What it is about: happenings of one entity keep their order.
  std::string key;     // Of the commit: "principal/p1".
  Day recorded = 0;
  registry::events::v1::RegistryEvent registry;
  engagement::events::v1::EngagementEvent engagement;

  bool of_registry() const {
    return registry.kind_case() != registry::events::v1::RegistryEvent::KIND_NOT_SET;
  }
};
using History = std::vector<Happening>;

History AnyHistory(Dice& dice);

// The submission of one record more, on kToday. `journeys` are ids that a device may name.
Happening AnySubmission(const std::string& id, const std::vector<std::string>& journeys,
                        Dice& dice);
std::vector<std::string> JourneysIn(const History& history);

// With other names, countries, currencies, references and texts in all places: each is the one of
// some other place, or another one altogether.
History Disguised(History history, Dice& dice);

// With happenings of different entities in another order.
History Shuffled(const History& history, Dice& dice);

void Tell(const History& history, Ledger& ledger);

}  // namespace twinledger::risk
