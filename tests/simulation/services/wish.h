// What officers of councils and the agency ask of the registry and of engagements: the real rules,
// on the rows as the writer has them.
#pragma once

#include <string>

#include "platform/store/key_value.h"
#include "platform/writer/command.h"
#include "tests/simulation/dice.h"

namespace twinledger::simulation {

struct Wish {
  std::string stream;
  log::v1::EntityKey key;
  std::string text;  // All of it, so that two with the same text are the same.
  writer::Decide decide;
};

// Rows that a replica shows: etags are from there.
struct Shown {
  const store::KeyValueReader& registry;
  const store::KeyValueReader& engagement;
};

// `number` is one of a kind in its run. `now` is what the wish's author takes the time for.
Wish SomeWish(Dice& dice, const Shown& shown, std::size_t number, WallTime now);

}  // namespace twinledger::simulation
