#include "platform/writer/expected_commands.h"

#include <gtest/gtest.h>

#include <vector>

namespace twinledger::writer {
namespace {

using Places = std::vector<std::shared_ptr<ExpectedCommands::Place>>;

Places Many(ExpectedCommands& commands) {
  Places places;
  for (int i = 0; i < ExpectedCommands::kMany; ++i) places.push_back(commands.Expect());
  return places;
}

TEST(ExpectedCommandsTest, WhoAwaitsIsToldWhenTheLastHasCome) {
  int told = 0;
  ExpectedCommands commands([&] { ++told; });
  Places places = Many(commands);
  EXPECT_TRUE(commands.Await());
  while (places.size() > 1) {
    places.back()->Arrived();
    places.pop_back();
  }
  EXPECT_EQ(told, 0);
  places.clear();  // Given up.
  EXPECT_EQ(told, 1);
}

TEST(ExpectedCommandsTest, FewAreNotAwaited) {
  int told = 0;
  ExpectedCommands commands([&] { ++told; });
  Places places = Many(commands);
  places.pop_back();
  EXPECT_FALSE(commands.Await());
  places.clear();
  EXPECT_EQ(told, 0);
}

TEST(ExpectedCommandsTest, WhoHasArrivedCountsUntilTheAnswer) {
  ExpectedCommands commands([] {});
  const Places places = Many(commands);
  for (std::size_t i = 1; i < places.size(); ++i) places[i]->Arrived();
  EXPECT_TRUE(commands.Await());
  places.front()->Arrived();
  EXPECT_FALSE(commands.Await()) << "none is on its way";
}

TEST(ExpectedCommandsTest, OneArrivesOnce) {
  ExpectedCommands commands([] {});
  const Places places = Many(commands);
  places.front()->Arrived();
  places.front()->Arrived();
  for (std::size_t i = 2; i < places.size(); ++i) places[i]->Arrived();
  EXPECT_TRUE(commands.Await());
}

}  // namespace
}  // namespace twinledger::writer
