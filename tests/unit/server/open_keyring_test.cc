#include "platform/server/open_keyring.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "platform/crypto/system_random.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/server/open_log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"

namespace twinledger::server {
namespace {

namespace fs = std::filesystem;

class OpenKeyringTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<OpenedLog> opened = OpenDataDirectory(data_, {}, clock_, random_);
    ASSERT_TRUE(opened) << opened.error().message;
    founding_ = opened->founding;
  }

  Result<OpenedKeyring> Open(bool replica = false) {
    return OpenKeyring(data_, founding_, replica, random_);
  }

  const support::ManualClock clock_{WallTime(std::chrono::hours(24 * 365 * 50))};
  crypto::SystemRandom random_;
  testing::TempDirectory folder_;
  DataDirectory data_{folder_.path() / "data"};
  log::Founding founding_;
};

TEST_F(OpenKeyringTest, AFoundingMakesTheKeyringOfItsLog) {
  const Result<OpenedKeyring> opened = Open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE(opened->made);
  EXPECT_EQ(opened->keyring->Counts().epoch, 1u);
  EXPECT_EQ(*keyring::LogIdOf(data_), founding_.root.log_id());
  EXPECT_TRUE(Open(/*replica=*/true));
}

TEST_F(OpenKeyringTest, OneThatIsGoneIsNotMadeAgain) {
  fs::rename(data_.keyring(), folder_.path() / "keyring");
  EXPECT_EQ(Open().error().reason, "KEYRING_MISSING");
  fs::rename(folder_.path() / "keyring", data_.keyring());
  ASSERT_TRUE(Open()->keyring->EnsureKeys({{keyring::SubjectId("official/1")}}));
  fs::remove(keyring::KekFile(data_, 1));
  EXPECT_EQ(Open().error().reason, "KEYRING_KEY_MISSING");
}

// Its log was founded before there were keyrings.
TEST_F(OpenKeyringTest, WhereNeitherIsOneIsMadeAndThatIsTold) {
  fs::remove_all(data_.keyring());
  fs::remove(keyring::KekFile(data_, 1));
  const Result<OpenedKeyring> replica = Open(/*replica=*/true);
  ASSERT_FALSE(replica);
  EXPECT_EQ(replica.error().reason, "KEYRING_MISSING");
  EXPECT_NE(replica.error().message.find("replica refresh"), std::string::npos);
  EXPECT_FALSE(fs::exists(data_.keyring()));
  const Result<OpenedKeyring> made = Open();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->made);
  EXPECT_FALSE(Open()->made);
}

}  // namespace
}  // namespace twinledger::server
