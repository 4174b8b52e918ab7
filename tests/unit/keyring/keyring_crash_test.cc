// What crashes and disks leave of a keyring's file: cut at every byte, filled with zeros, altered.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <map>
#include <string>

#include "platform/crypto/hash.h"
#include "tests/unit/keyring/keyring_folder_fixture.h"

namespace twinledger::keyring {
namespace {

class KeyringCrashTest : public KeyringFolderTest {
 protected:
  static constexpr int kBefore = 3;
  static constexpr int kBatch = 3;

  // Fields of three subjects that were durable, then the append of three more.
  void MakeKeys() {
    const auto keyring = Opened();
    ASSERT_TRUE(keyring->EnsureKeys(Subjects(kBefore)));
    durable_bytes_ = FileBytes().size();
    ASSERT_TRUE(keyring->EnsureKeys(Subjects(kBefore + kBatch)));
    bytes_ = FileBytes();
    for (int i = 0; i < kBefore + kBatch; ++i) {
      sealed_[i] = *keyring->Seal(Subject(i), kNameField, std::to_string(i));
    }
  }

  // Exactly the keys of the whole slots open, and with `append` those that are missing are made.
  void ExpectKeys(int count, bool append) {
    const auto keyring = Opened();
    ASSERT_NE(keyring, nullptr);
    ASSERT_EQ(keyring->Counts().keys, static_cast<std::uint64_t>(count));
    for (const auto& [subject, sealed] : sealed_) {
      const Result<std::string> opened = keyring->Unseal(sealed, kNameField);
      if (subject < count) {
        ASSERT_TRUE(opened) << opened.error().message;
      } else {
        ASSERT_EQ(opened.error().reason, "KEY_NOT_HERE");
      }
    }
    if (!append) return;
    ASSERT_TRUE(keyring->EnsureKeys(Subjects(kBefore + kBatch)));
    const auto again = Opened();
    ASSERT_NE(again, nullptr);
    ASSERT_EQ(again->Counts().keys, static_cast<std::uint64_t>(kBefore + kBatch));
    ASSERT_TRUE(again->CheckAll());
  }

  void ExpectDamageAt(std::size_t byte) {
    const auto opened = TryOpen();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kDataLoss);
    EXPECT_EQ(opened.error().reason, "KEYRING_DAMAGED");
    EXPECT_EQ(opened.error().metadata.at("file"), file().string());
    EXPECT_EQ(opened.error().metadata.at("byte"), std::to_string(byte));
    EXPECT_NE(opened.error().message.find("restore"), std::string::npos);
  }

  std::size_t durable_bytes_ = 0;
  std::string bytes_;
  std::map<int, std::string> sealed_;
};

TEST_F(KeyringCrashTest, CutAtEveryByteOfAnAppendTheDurableKeysAreThere) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const KeyringHeader header = *DecodeHeader(bytes_, file());
  for (std::size_t size = durable_bytes_; size <= bytes_.size(); ++size) {
    SCOPED_TRACE(size);
    const int whole = static_cast<int>(size / kSlotBytes) - 1;
    const std::string_view slots = std::string_view(bytes_).substr(kSlotBytes, size - kSlotBytes);
    const Result<ScannedEntries> scanned = ScanEntries(slots, kSlotBytes, header, file());
    ASSERT_TRUE(scanned) << scanned.error().message;
    ASSERT_EQ(scanned->entries.size(), static_cast<std::size_t>(whole));
    if (size % 7 != 0 && size % kSlotBytes > 1) continue;  // Syncs are slow.
    SetFileBytes(bytes_.substr(0, size));
    ASSERT_NO_FATAL_FAILURE(ExpectKeys(whole, size % 2 == 0));
  }
}

// Some file systems make a file longer before what was written to it is there.
TEST_F(KeyringCrashTest, ZerosInPlaceOfAnAppendAreTorn) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  for (std::size_t size = durable_bytes_; size < bytes_.size(); size += 16) {
    SCOPED_TRACE(size);
    std::string torn = bytes_.substr(0, size);
    torn.resize(bytes_.size() + 100, '\0');
    SetFileBytes(torn);
    ASSERT_NO_FATAL_FAILURE(ExpectKeys(static_cast<int>(size / kSlotBytes) - 1, size % 64 == 0));
  }
}

TEST_F(KeyringCrashTest, AnAlteredByteIsDamageWithItsPlaceAndNothingIsDropped) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const KeyringHeader header = *DecodeHeader(bytes_, file());
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    SCOPED_TRACE(at);
    std::string altered = bytes_;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    const std::string_view slots = std::string_view(altered).substr(kSlotBytes);
    const Error error = at < kSlotBytes ? DecodeHeader(altered, file()).error()
                                        : ScanEntries(slots, kSlotBytes, header, file()).error();
    ASSERT_EQ(error.reason, "KEYRING_DAMAGED");
    ASSERT_EQ(error.metadata.at("byte"), std::to_string(at / kSlotBytes * kSlotBytes));
    if (at % 97 != 0) continue;
    SetFileBytes(altered);
    ASSERT_NO_FATAL_FAILURE(ExpectDamageAt(at / kSlotBytes * kSlotBytes));
    ASSERT_EQ(FileBytes(), altered);
  }
}

TEST_F(KeyringCrashTest, ZerosInTheMiddleAreDamage) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  std::string altered = bytes_;
  altered.replace(2 * kSlotBytes, kSlotBytes, kSlotBytes, '\0');
  SetFileBytes(altered);
  ExpectDamageAt(2 * kSlotBytes);
}

TEST_F(KeyringCrashTest, AHeaderThatIsCutIsDamage) {
  const std::string whole = FileBytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    SetFileBytes(whole.substr(0, size));
    ASSERT_NO_FATAL_FAILURE(ExpectDamageAt(0));
  }
}

// By a hand that knows how slots are checked: there is one way to write a key, as for records.
TEST_F(KeyringCrashTest, BytesBehindASubjectAreDamageThoughTheSlotChecks) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const KeyringHeader header = *DecodeHeader(bytes_, file());
  std::string slot = bytes_.substr(kSlotBytes, kSlotBytes);
  constexpr std::size_t kCheckAt = kSlotBytes - 12;
  constexpr std::size_t kSubjectAt = 8 + sizeof(KeyId) + sizeof(KeyCheck);
  slot[kSubjectAt + kSubjectBytesMax - 1] = 'x';
  slot.replace(kCheckAt, kSlotBytes - kCheckAt,
               crypto::Bytes(crypto::Sha256(slot.substr(0, kCheckAt))), 0, kSlotBytes - kCheckAt);
  const Result<ScannedEntries> scanned = ScanEntries(slot, kSlotBytes, header, file());
  ASSERT_FALSE(scanned.ok());
  EXPECT_EQ(scanned.error().reason, "KEYRING_DAMAGED");
}

TEST_F(KeyringCrashTest, KeysThatAreGoneUnderARunningProcessAreDamage) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const auto keyring = Opened();
  SetFileBytes(bytes_.substr(0, durable_bytes_));
  const Result<NewSealers> made = keyring->EnsureKeys(Subjects(10));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "KEYRING_DAMAGED");
}

TEST_F(KeyringCrashTest, WhatANewerProgramWroteIsToldAsSuch) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const KeyringHeader header = *DecodeHeader(bytes_, file());
  auto slots = *ScanEntries(std::string_view(bytes_).substr(kSlotBytes), 0, header, file());
  slots.entries[1].kind = static_cast<KeyEntry::Kind>(3);
  SetFileBytes(bytes_ + EncodeEntry(slots.entries[1]));
  EXPECT_EQ(ReasonOfOpening(), "KEYRING_NEWER");
}

// A disk that takes no more: what was made is refused, and what was there stays.
TEST_F(KeyringCrashTest, AWriteThatFailsMakesNoKey) {
  ASSERT_NO_FATAL_FAILURE(MakeKeys());
  const auto keyring = Opened();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{.rlim_cur = bytes_.size() + 100, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  const Result<std::string> made = keyring->Seal(Subject(7), kNameField, "Canary");
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "FILE_ERROR");
  EXPECT_EQ(made.error().message.find("Canary"), std::string::npos);
  EXPECT_EQ(FileBytes(), bytes_);
  EXPECT_TRUE(keyring->Unseal(sealed_.at(5), kNameField));
  ASSERT_TRUE(keyring->Seal(Subject(7), kNameField, "Canary"));
  EXPECT_EQ(Opened()->Counts().keys, 7u);
}

}  // namespace
}  // namespace twinledger::keyring
