#include "risk/domain/decay.h"

#include <gtest/gtest.h>

#include <string>

#include "platform/crypto/hash.h"

namespace twinledger::risk {
namespace {

TEST(DecayTest, TheTableIsTheOneThatWasPublished) {
  std::string lines;
  for (const std::int64_t entry : kDecayTable) lines += std::to_string(entry) + "\n";
  EXPECT_EQ(crypto::Hex(crypto::Sha256(lines)),
            "d930a989242dde43aac441455c188df74ece4191eb7e2edafc4a72a413cc97ad");
}

TEST(DecayTest, HalvesWithEveryHalfLife) {
  for (const int half_life : {1, 90, 365, 1095}) {
    for (int n = 0; n <= 30; ++n) {
      EXPECT_EQ(Decay(n * half_life, half_life), kNoDecay >> n) << half_life << " " << n;
    }
  }
}

TEST(DecayTest, AtItsEdges) {
  EXPECT_EQ(Decay(0, 0), 0);  // No half-life: what has ended weighs nothing.
  EXPECT_EQ(Decay(0, 180), kNoDecay);
  EXPECT_EQ(Decay(2, 180), kNoDecay);  // 128 / 180 is not yet a step.
  EXPECT_EQ(Decay(3, 180), kDecayTable[1]);
  EXPECT_EQ(Decay(30, 1), 1);
  EXPECT_EQ(Decay(31, 1), 0);              // i = 1984.
  EXPECT_EQ(Decay(30 * 64 + 63, 64), 0);   // i = 1983: shifted out whole.
  EXPECT_EQ(Decay(31 * 64, 64), 0);        // i = 1984.
  EXPECT_EQ(Decay(29 * 64 + 63, 64), 1);   // 542717053 >> 29.
  EXPECT_EQ(Decay(3'652'058, 36'500), 0);  // The longest time between two days there is.
  EXPECT_EQ(Decay(3'652'058, 1), 0);
}

TEST(DecayTest, NeverRisesWithAge) {
  for (const int half_life : {0, 1, 7, 90, 120, 365, 1095}) {
    for (int age = 1; age < 35 * half_life + 3; ++age) {
      ASSERT_LE(Decay(age, half_life), Decay(age - 1, half_life)) << half_life << " " << age;
    }
  }
}

}  // namespace
}  // namespace twinledger::risk
