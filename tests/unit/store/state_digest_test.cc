#include "platform/store/state_digest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace twinledger::store {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

StateDigest DigestOf(const Rows& rows) {
  StateDigest digest;
  for (const auto& [key, value] : rows) digest.Add(key, value);
  return digest;
}

// Computed from the definition in the header by Python's hashlib and the openssl program.
TEST(StateDigestTest, AgreesWithAnIndependentComputation) {
  EXPECT_EQ(crypto::Hex(StateDigest().Summary()),
            "e5a00aa9991ac8a5ee3109844d84a55583bd20572ad3ffcd42792f3c36b183ad");
  EXPECT_EQ(
      crypto::Hex(DigestOf({{"key", "value"}, {"", ""}, {std::string("k\0", 2), "v"}}).Summary()),
      "6eb810fa44cd4e18b6b6d7b1b289aa0a5c3fa50298c20377c2678047970e5ffa");
}

TEST(StateDigestTest, AByteMovedBetweenKeyAndValueShows) {
  EXPECT_NE(DigestOf({{"ab", "c"}}), DigestOf({{"a", "bc"}}));
}

TEST(StateDigestTest, ARowThatStandsTwiceIsNotARowThatIsAbsent) {
  EXPECT_NE(DigestOf({{"a", "b"}, {"a", "b"}}), StateDigest());
}

TEST(StateDigestTest, RefusesBytesOfAnotherLength) {
  StateDigest digest;
  EXPECT_FALSE(StateDigest::FromBytes(std::string(2047, 'x'), digest));
  EXPECT_FALSE(StateDigest::FromBytes("", digest));
}

RC_GTEST_PROP(StateDigestProperty, TheOrderOfRowsDoesNotShow, (Rows rows)) {
  const StateDigest digest = DigestOf(rows);
  std::reverse(rows.begin(), rows.end());
  RC_ASSERT(DigestOf(rows) == digest);
}

RC_GTEST_PROP(StateDigestProperty, RemovingUndoesAdding,
              (const Rows& rows, const std::string& key, const std::string& value)) {
  StateDigest digest = DigestOf(rows);
  digest.Add(key, value);
  RC_ASSERT(digest != DigestOf(rows));
  digest.Remove(key, value);
  RC_ASSERT(digest == DigestOf(rows));
}

RC_GTEST_PROP(StateDigestProperty, BytesCarryTheState, (const Rows& rows)) {
  const StateDigest digest = DigestOf(rows);
  StateDigest read;
  RC_ASSERT(StateDigest::FromBytes(digest.ToBytes(), read));
  RC_ASSERT(read == digest);
  RC_ASSERT(read.Summary() == digest.Summary());
}

}  // namespace
}  // namespace twinledger::store
