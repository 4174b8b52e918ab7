#include "platform/writer/expected_commands.h"

#include <gtest/gtest.h>

namespace twinledger::writer {
namespace {

TEST(ExpectedCommandsTest, WhoAwaitsIsToldWhenTheLastHasCome) {
  int told = 0;
  ExpectedCommands commands([&] { ++told; });
  const auto first = commands.Expect();
  auto second = commands.Expect();
  EXPECT_TRUE(commands.Await());
  first->Arrived();
  EXPECT_EQ(told, 0);
  second.reset();  // Given up.
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(commands.Await());
}

TEST(ExpectedCommandsTest, NobodyIsToldWhoDoesNotAwait) {
  int told = 0;
  ExpectedCommands commands([&] { ++told; });
  commands.Expect()->Arrived();
  EXPECT_FALSE(commands.Await());
  EXPECT_EQ(told, 0);
}

TEST(ExpectedCommandsTest, OneArrivesOnce) {
  ExpectedCommands commands([] {});
  const auto other = commands.Expect();
  {
    const auto one = commands.Expect();
    one->Arrived();
    one->Arrived();
  }
  EXPECT_TRUE(commands.Await());
}

}  // namespace
}  // namespace twinledger::writer
