#include "platform/rpc/account_slots.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace twinledger::rpc {
namespace {

class AccountSlotsTest : public ::testing::Test {
 protected:
  AccountSlots slots_{2, {.code = Code::kResourceExhausted, .message = "full", .reason = "FULL"}};
};

TEST_F(AccountSlotsTest, TheLastPlaceIsTakenAndTheNextCallIsRefused) {
  std::vector<AccountSlot> held;
  for (int i = 0; i < 2; ++i) {
    Result<AccountSlot> slot = slots_.Take("a");
    ASSERT_TRUE(slot.ok());
    held.push_back(*std::move(slot));
  }
  const Result<AccountSlot> next = slots_.Take("a");
  ASSERT_FALSE(next.ok());
  EXPECT_EQ(next.error().reason, "FULL");
  EXPECT_TRUE(slots_.Take("b").ok());
  held.pop_back();
  EXPECT_TRUE(slots_.Take("a").ok());
}

TEST_F(AccountSlotsTest, APlaceThatMovedIsOnePlace) {
  std::optional<AccountSlot> first = *slots_.Take("a");
  AccountSlot second = *std::move(first);
  first.reset();
  EXPECT_TRUE(slots_.Take("a").ok());  // And free again at once.
  const AccountSlot third = *slots_.Take("a");
  EXPECT_FALSE(slots_.Take("a").ok());
  second = AccountSlot();
  EXPECT_TRUE(slots_.Take("a").ok());
}

}  // namespace
}  // namespace twinledger::rpc
