#include "platform/base/uuid.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace twinledger {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

// The same bytes over and over.
class Repeated final : public RandomSource {
 public:
  explicit Repeated(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string Bytes(std::size_t count) override {
    std::string bytes;
    while (bytes.size() < count) bytes += bytes_[bytes.size() % bytes_.size()];
    return bytes;
  }

 private:
  const std::string bytes_;
};

// 2022-02-22 19:22:22 UTC, of RFC 9562, appendix A.6.
constexpr WallTime kOfTheRfc{1645557742000ms};

TEST(UuidTest, ATimeOrderedOneHasTheFieldsOfTheRfc) {
  // What stands where version and variant come to stand is no part of it.
  Repeated random("\xfc\xc3\xd8\xc4\xdc\x0c\x0c\x07\x39\x8f");
  EXPECT_EQ(TimeOrderedUuid(kOfTheRfc, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidTest, ARandomOneIsOfVersion4) {
  Repeated zeros(std::string(1, '\0'));
  Repeated ones("\xff");
  EXPECT_EQ(RandomUuid(zeros), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(RandomUuid(ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(UuidTest, TheLaterOfTwoIsGreaterWhateverTheRandomness) {
  Repeated zeros(std::string(1, '\0'));
  Repeated ones("\xff");
  for (const WallTime time :
       {WallTime(), WallTime(255ms), kOfTheRfc, kOfTheRfc + 24h * 365 * 200}) {
    EXPECT_LT(TimeOrderedUuid(time, ones), TimeOrderedUuid(time + 1ms, zeros));
  }
}

TEST(UuidTest, ATimeOrderedOneTellsWholeMilliseconds) {
  Repeated random("r");
  EXPECT_EQ(TimeOrderedUuid(kOfTheRfc, random), TimeOrderedUuid(kOfTheRfc + 999us, random));
  EXPECT_NE(TimeOrderedUuid(kOfTheRfc, random), TimeOrderedUuid(kOfTheRfc - 1us, random));
}

TEST(UuidTest, OnesOfOneMillisecondDiffer) {
  Repeated some("some");
  Repeated other("other");
  EXPECT_NE(TimeOrderedUuid(kOfTheRfc, some), TimeOrderedUuid(kOfTheRfc, other));
}

TEST(UuidTest, ATimeOrderedOneIsToldFromOthers) {
  Repeated ones("\xff");
  for (const WallTime time : {WallTime(-1us), WallTime(), kOfTheRfc, WallTime::max()}) {
    const std::string id = TimeOrderedUuid(time, ones);
    EXPECT_TRUE(IsUuid(id)) << id;
    EXPECT_TRUE(IsTimeOrderedUuid(id)) << id;
  }
  EXPECT_FALSE(IsTimeOrderedUuid(RandomUuid(ones)));
  for (const std::string_view text :
       {""sv, "017f22e2-79b0-7cc3-98c4-dc0c0c07398"sv, "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"sv,
        "017f22e2-79b0-5cc3-98c4-dc0c0c07398f"sv, "017f22e2-79b0-7cc3-78c4-dc0c0c07398f"sv,
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f"sv}) {
    EXPECT_FALSE(IsTimeOrderedUuid(text)) << text;
  }
}

}  // namespace
}  // namespace twinledger
