#include "twinledger/command/operate/replica_keys.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "platform/crypto/system_random.h"
#include "platform/keyring/key_encryption_key.h"
#include "platform/keyring/keyring.h"
#include "tests/support/temp_directory.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;
using keyring::Keyring;
using keyring::SubjectId;

constexpr std::string_view kLogId = "6f1d9f0a-5b1e-4f0e-9a55-3d0f6f3f1c11";
constexpr keyring::FieldContext kField{.stream = "registry",
                                       .entity_key = "official/1",
                                       .event_type = "official_registered",
                                       .field_path = "official.name",
                                       .request_id = "1",
                                       .classification = ""};

class ReplicaKeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(replica_.root());
    ASSERT_TRUE(keyring::CreateKeyring(data_, kLogId, random_));
  }
  std::unique_ptr<Keyring> Opened(const DataDirectory& data) {
    return *Keyring::Open(data, kLogId, random_);
  }
  void Bring(KeyringOfReplica how = KeyringOfReplica::kCopied) {
    const Result<void> brought = BringKeys(data_, replica_, how);
    ASSERT_TRUE(brought) << brought.error().message;
  }

  crypto::SystemRandom random_;
  testing::TempDirectory folder_;
  DataDirectory data_{folder_.path() / "data"};
  DataDirectory replica_{folder_.path() / "replica"};
};

TEST_F(ReplicaKeysTest, ACopyOpensWhatWasSealedBeforeItAndIsBroughtTheRest) {
  const std::string before = *Opened(data_)->Seal(SubjectId("official/1"), kField, "Canary");
  ASSERT_NO_FATAL_FAILURE(Bring());
  EXPECT_EQ(*Opened(replica_)->Unseal(before, kField), "Canary");
  const std::string here = *Opened(data_)->Seal(SubjectId("official/2"), kField, "Canary");
  const std::string there = *Opened(replica_)->Seal(SubjectId("official/3"), kField, "Canary");
  EXPECT_EQ(Opened(replica_)->Unseal(here, kField).error().reason, "KEY_NOT_HERE");
  ASSERT_NO_FATAL_FAILURE(Bring());
  for (const DataDirectory& data : {data_, replica_}) {
    EXPECT_EQ(*Opened(data)->Unseal(here, kField), "Canary");
    EXPECT_EQ(*Opened(data)->Unseal(there, kField), "Canary");
  }
}

TEST_F(ReplicaKeysTest, ASharedOneIsOneForBoth) {
  ASSERT_NO_FATAL_FAILURE(Bring(KeyringOfReplica::kShared));
  EXPECT_TRUE(fs::is_symlink(replica_.keyring()));
  const std::string there = *Opened(replica_)->Seal(SubjectId("official/1"), kField, "Canary");
  EXPECT_EQ(*Opened(data_)->Unseal(there, kField), "Canary");
  ASSERT_NO_FATAL_FAILURE(Bring());  // A refresh finds nothing to do.
  EXPECT_EQ(Opened(data_)->Counts().keys, 1u);
}

TEST_F(ReplicaKeysTest, WhatACrashLeftHalfBroughtIsCompleted) {
  ASSERT_NO_FATAL_FAILURE(Bring());
  fs::remove(keyring::KekFile(replica_, 1));
  ASSERT_NO_FATAL_FAILURE(Bring());
  EXPECT_TRUE(Opened(replica_)->CheckAll());
}

TEST_F(ReplicaKeysTest, TheKeyringOfAnotherKekIsRefused) {
  ASSERT_TRUE(keyring::CreateKeyring(replica_, kLogId, random_));
  const Result<void> brought = BringKeys(data_, replica_, KeyringOfReplica::kCopied);
  ASSERT_FALSE(brought);
  EXPECT_EQ(brought.error().reason, "OTHER_KEYRING");
}

TEST_F(ReplicaKeysTest, AFirstServerWithoutOneHasNothingToBring) {
  const DataDirectory older(folder_.path() / "older");
  ASSERT_TRUE(BringKeys(older, replica_, KeyringOfReplica::kCopied));
  EXPECT_FALSE(keyring::HasKeyring(replica_));
}

}  // namespace
}  // namespace twinledger::client
