#include "platform/server/key_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "platform/crypto/system_random.h"

namespace twinledger::server {
namespace {

const std::vector<std::string> kStreams = {"registry", "audit"};

class KeyFilesTest : public ::testing::Test {
 protected:
  KeyFilesTest() {
    std::string name = ::testing::TempDir() + "key_files_XXXXXX";
    data_ = DataDirectory(mkdtemp(name.data()));
  }
  ~KeyFilesTest() override { std::filesystem::remove_all(data_.root()); }

  std::string ReasonOfLoading() const {
    const Result<Keys> keys = LoadKeys(data_, kStreams);
    return keys ? "" : keys.error().reason;
  }
  static void Write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }

  crypto::SystemRandom random_;
  DataDirectory data_{""};
};

TEST_F(KeyFilesTest, KeysMadeOnceAreLoadedAgain) {
  ASSERT_TRUE(CreateKeys(data_, kStreams, random_));
  const Result<Keys> first = LoadKeys(data_, kStreams);
  ASSERT_TRUE(first) << first.error().message;
  const Result<log::v1::PublicKey> again = CreateKeys(data_, kStreams, random_);
  const Result<Keys> second = LoadKeys(data_, kStreams);
  ASSERT_TRUE(again && second);
  EXPECT_EQ(first->writers.at("registry").key_id(), second->writers.at("registry").key_id());
  EXPECT_EQ(first->request_digest, second->request_digest);
  EXPECT_EQ(first->token, second->token);
  EXPECT_NE(first->token, first->request_digest);
  EXPECT_NE(first->writers.at("registry").key_id(), first->writers.at("audit").key_id());
}

TEST_F(KeyFilesTest, AKeyThatOthersMayReadIsRefused) {
  ASSERT_TRUE(CreateKeys(data_, kStreams, random_));
  std::filesystem::permissions(data_.keys() / "writer-audit.pem",
                               std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(ReasonOfLoading(), "KEY_EXPOSED");
}

TEST_F(KeyFilesTest, AMissingOrAlteredKeyIsNamed) {
  const struct {
    const char* file;
    const char* contents;  // Null: removed.
    const char* reason;
  } kCases[] = {
      {"writer-registry.pem", nullptr, "KEY_MISSING"},
      {"token.key", nullptr, "KEY_MISSING"},
      {"writer-registry.pem", "", "KEY_UNREADABLE"},
      {"request_digest.key", "00\n", "KEY_UNREADABLE"},
      {"token.key", "no hex at all\n", "KEY_UNREADABLE"},
  };
  for (const auto& [file, contents, reason] : kCases) {
    SCOPED_TRACE(file);
    std::filesystem::remove_all(data_.keys());
    ASSERT_TRUE(CreateKeys(data_, kStreams, random_));
    if (contents == nullptr) {
      std::filesystem::remove(data_.keys() / file);
    } else {
      Write(data_.keys() / file, contents);
    }
    const Result<Keys> keys = LoadKeys(data_, kStreams);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().reason, reason);
    EXPECT_NE(keys.error().message.find(file), std::string::npos) << keys.error().message;
  }
}

TEST_F(KeyFilesTest, APinIsNeverReplacedByAnother) {
  const crypto::Hash first = crypto::Sha256("one");
  ASSERT_TRUE(StorePin(data_, first));
  EXPECT_TRUE(StorePin(data_, first));
  const Result<void> other = StorePin(data_, crypto::Sha256("another"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "OTHER_FOUNDING");
  const Result<std::optional<crypto::Hash>> pin = LoadPin(data_);
  ASSERT_TRUE(pin);
  EXPECT_EQ(*pin, first);
}

}  // namespace
}  // namespace twinledger::server
