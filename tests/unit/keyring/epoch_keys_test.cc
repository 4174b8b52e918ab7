// Keys are found by hashes, and what is found is read from the file.
#include "platform/keyring/epoch_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "platform/base/private_file.h"
#include "tests/unit/keyring/keyring_folder_fixture.h"

namespace twinledger::keyring {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The file is read in pieces of so many slots.
constexpr int kSlotsAPiece = 4096;

KeyId IdOf(std::uint8_t first, std::uint8_t last) {
  KeyId id{};
  id.front() = first;
  id.back() = last;
  return id;
}

TEST(KeyIndexTest, WhatHasOneHashIsFoundTogetherInTheOrderOfTheFile) {
  KeyIndex index;
  index.Add(IdOf(1, 1), SubjectId("official/1"), 1);
  index.Add(IdOf(1, 2), SubjectId("official/2"), 2);
  index.Add(IdOf(2, 1), SubjectId("official/1"), 3);
  index.Add(IdOf(1, 1), SubjectId("official/1"), 4);
  EXPECT_THAT(index.Find(IdOf(1, 1)), ElementsAre(1, 2, 4));
  EXPECT_THAT(index.Find(IdOf(1, 2)), ElementsAre(1, 2, 4));
  EXPECT_THAT(index.Find(IdOf(2, 1)), ElementsAre(3));
  EXPECT_THAT(index.Find(SubjectId("official/1")), ElementsAre(1, 3, 4));
  EXPECT_THAT(index.Find(SubjectId("official/3")), IsEmpty());
}

class EpochKeysTest : public KeyringFolderTest {
 protected:
  KeyEntry EntryOf(const KeyId& id, int subject, KeyEntry::Kind kind = KeyEntry::Kind::kKey) {
    const crypto::SecretBytes kek = *LoadKek(data_, 1);
    const SubjectKey key = SubjectKey::Of(id, crypto::SecretBytes::Copy(std::string(32, 'k')));
    KeyEntry entry = WrapKey(kek, 1, random_.Bytes(12), Subject(subject), key);
    if (kind == KeyEntry::Kind::kErased) {
      entry.kind = kind;
      entry.nonce = {};
      entry.wrapped = {};
    }
    return entry;
  }

  void AppendToFile(const std::vector<KeyEntry>& entries) {
    std::string bytes = FileBytes();
    for (const KeyEntry& entry : entries) bytes += EncodeEntry(entry);
    SetFileBytes(bytes);
  }
};

TEST_F(EpochKeysTest, KeysWhoseHashesAreTheSameAreToldApart) {
  AppendToFile({EntryOf(IdOf(1, 1), 1), EntryOf(IdOf(1, 2), 2)});
  const auto keyring = Opened();
  EXPECT_EQ(keyring->Counts().keys, 2u);
  EXPECT_EQ(*keyring->Find(Subject(1)), IdOf(1, 1));
  EXPECT_EQ(*keyring->Find(Subject(2)), IdOf(1, 2));
  const std::string sealed = *keyring->Seal(Subject(2), kNameField, "Canary");
  EXPECT_EQ(KeyIdOf(sealed), IdOf(1, 2));
  EXPECT_EQ(*keyring->Unseal(sealed, kNameField), "Canary");
}

TEST_F(EpochKeysTest, AnErasedKeyStaysErasedInWhateverOrderItsSlotsCome) {
  using enum KeyEntry::Kind;
  AppendToFile({EntryOf(IdOf(1, 1), 1), EntryOf(IdOf(1, 1), 1, kErased),
                EntryOf(IdOf(2, 1), 2, kErased), EntryOf(IdOf(2, 1), 2),
                EntryOf(IdOf(3, 1), 3, kErased), EntryOf(IdOf(3, 2), 3)});
  const auto keyring = Opened();
  EXPECT_EQ(keyring->Counts().keys, 1u);
  EXPECT_EQ(keyring->Counts().erased, 3u);
  for (const int subject : {1, 2}) {
    EXPECT_EQ(keyring->Seal(Subject(subject), kNameField, "text").error().reason, "SUBJECT_ERASED");
  }
  EXPECT_EQ(*keyring->Find(Subject(3)), IdOf(3, 2));
}

TEST_F(EpochKeysTest, AKeyThatIsThereTwiceAndDiffersIsDamageAtItsSecondPlace) {
  AppendToFile({EntryOf(IdOf(1, 1), 1), EntryOf(IdOf(1, 1), 2)});
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "KEYRING_DAMAGED");
  EXPECT_EQ(opened.error().metadata.at("byte"), std::to_string(2 * kSlotBytes));
}

TEST_F(EpochKeysTest, ASlotThatIsAlteredUnderARunningProcessIsDamageWithItsPlace) {
  const auto keyring = Opened();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(3)));
  const std::string sealed = *keyring->Seal(Subject(1), kNameField, "Canary");
  std::string bytes = FileBytes();
  bytes[2 * kSlotBytes + 100] ^= 0x10;
  SetFileBytes(bytes);
  const Result<std::string> opened = keyring->Unseal(sealed, kNameField);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kDataLoss);
  EXPECT_EQ(opened.error().reason, "KEYRING_DAMAGED");
  EXPECT_EQ(opened.error().metadata.at("byte"), std::to_string(2 * kSlotBytes));
  EXPECT_EQ(keyring->Seal(Subject(1), kNameField, "Canary").error().reason, "KEYRING_DAMAGED");
  EXPECT_TRUE(keyring->Seal(Subject(2), kNameField, "others go on"));
  EXPECT_EQ(keyring->CheckAll().error().reason, "KEYRING_DAMAGED");
}

// As from a replica: the same keys, in another order.
TEST_F(EpochKeysTest, KeysInAnotherOrderAreFoundInACopyAndDamageWhereTheyStandInPlace) {
  const auto keyring = Opened();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(3)));
  const std::string sealed = *keyring->Seal(Subject(0), kNameField, "Canary");
  const std::string bytes = FileBytes();
  const std::string turned = bytes.substr(0, kSlotBytes) + bytes.substr(2 * kSlotBytes) +
                             bytes.substr(kSlotBytes, kSlotBytes);
  SetFileBytes(turned);
  EXPECT_EQ(keyring->Unseal(sealed, kNameField).error().reason, "KEYRING_DAMAGED");
  EXPECT_EQ(keyring->Seal(Subject(0), kNameField, "text").error().reason, "KEYRING_DAMAGED");
  std::filesystem::remove(file());
  ASSERT_TRUE(WritePrivateFile(file(), turned));
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(4)));
  EXPECT_EQ(*keyring->Unseal(sealed, kNameField), "Canary");
  EXPECT_EQ(keyring->Counts().keys, 4u);
}

TEST_F(EpochKeysTest, ASlotThatCannotBeReadKeepsNobodyElseFromAKey) {
  const auto keyring = Opened();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(2)));
  std::string bytes = FileBytes();
  bytes[2 * kSlotBytes + 100] ^= 0x10;
  SetFileBytes(bytes);
  EXPECT_TRUE(keyring->EnsureKeys(Subjects(5)));
  EXPECT_TRUE(keyring->Seal(Subject(4), kNameField, "text"));
  EXPECT_EQ(keyring->Seal(Subject(1), kNameField, "text").error().reason, "KEYRING_DAMAGED");
}

// A copy that was made before the last keys were.
TEST_F(EpochKeysTest, AnOlderCopyInPlaceOfTheFileIsNotTaken) {
  const auto keyring = Opened();
  const std::string sealed = *keyring->Seal(Subject(1), kNameField, "Canary");
  const std::string older = FileBytes();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(3)));
  std::filesystem::remove(file());
  ASSERT_TRUE(WritePrivateFile(file(), older));
  EXPECT_EQ(keyring->EnsureKeys(Subjects(4)).error().reason, "KEYRING_DAMAGED");
  EXPECT_EQ(*keyring->Unseal(sealed, kNameField), "Canary");
}

TEST_F(EpochKeysTest, FilesOfSeveralPiecesAreReadToTheirEnds) {
  ASSERT_TRUE(Opened()->EnsureKeys(Subjects(2 * kSlotsAPiece + 1)));
  const std::string whole = FileBytes();
  const auto keys_of = [&](const std::string& bytes) {
    SetFileBytes(bytes);
    const auto keyring = Opened();
    EXPECT_TRUE(keyring->CheckAll());
    return keyring->Counts().keys;
  };
  const std::size_t piece = kSlotsAPiece * kSlotBytes;
  EXPECT_EQ(keys_of(whole), 2u * kSlotsAPiece + 1);
  for (const std::size_t keys : {kSlotsAPiece, 2 * kSlotsAPiece}) {
    const std::size_t end = kSlotBytes + keys * kSlotBytes;
    EXPECT_EQ(keys_of(whole.substr(0, end)), keys);
    EXPECT_EQ(keys_of(whole.substr(0, end - 1)), keys - 1);
    EXPECT_EQ(keys_of(whole.substr(0, end + 1)), keys);
    EXPECT_EQ(keys_of(whole.substr(0, end - kSlotBytes) + std::string(kSlotBytes, '\0')), keys - 1);
    EXPECT_EQ(keys_of(whole.substr(0, end) + std::string(2 * piece, '\0')), keys);
  }
  std::string altered = whole;
  altered.replace(piece, kSlotBytes, kSlotBytes, '\0');  // Its own piece ends in zeros.
  SetFileBytes(altered);
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().metadata.at("byte"), std::to_string(piece));
}

}  // namespace
}  // namespace twinledger::keyring
