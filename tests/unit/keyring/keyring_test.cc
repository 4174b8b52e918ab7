#include "platform/keyring/keyring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>

#include "platform/base/private_file.h"
#include "tests/unit/keyring/keyring_folder_fixture.h"

namespace twinledger::keyring {
namespace {

namespace fs = std::filesystem;

class KeyringTest : public KeyringFolderTest {};

TEST_F(KeyringTest, WhatOneSealedAnotherOpensAfterARestart) {
  std::string sealed;
  {
    const auto keyring = Opened();
    const Result<std::string> made = keyring->Seal(Subject(1), kNameField, "Canary");
    ASSERT_TRUE(made) << made.error().message;
    sealed = *made;
  }
  const auto keyring = Opened();
  EXPECT_EQ(*keyring->Unseal(sealed, kNameField), "Canary");
  const KeyringCounts counts = keyring->Counts();
  EXPECT_EQ(counts.epoch, 1u);
  EXPECT_EQ(counts.keys, 1u);
  EXPECT_EQ(counts.erased, 0u);
}

TEST_F(KeyringTest, ASubjectHasOneKeyForAllItsFields) {
  const auto keyring = Opened();
  const std::string first = *keyring->Seal(Subject(1), kNameField, "Canary");
  const std::string second = *keyring->Seal(Subject(1), kNameField, "Canary");
  const std::string other = *keyring->Seal(Subject(2), kNameField, "Canary");
  EXPECT_EQ(KeyIdOf(first), KeyIdOf(second));
  EXPECT_NE(KeyIdOf(first), KeyIdOf(other));
  EXPECT_EQ(*keyring->Find(Subject(1)), KeyIdOf(first));
  EXPECT_EQ(*keyring->Find(Subject(3)), std::nullopt);
}

TEST_F(KeyringTest, ASealerSealsManyTextsByTheKeyOfItsSubject) {
  const auto keyring = Opened();
  const auto sealer = keyring->SealerFor(Subject(1), kNameField.field_path);
  ASSERT_TRUE(sealer) << sealer.error().message;
  const std::string first = *(*sealer)->Seal(kNameField, "Canary");
  const std::string second = *(*sealer)->Seal(kNameField, "Canary");
  EXPECT_NE(first, second);  // Nonces are drawn for each.
  EXPECT_EQ(KeyIdOf(first), *keyring->Find(Subject(1)));
  for (const std::string& sealed : {first, second}) {
    EXPECT_EQ(*Opened()->Unseal(sealed, kNameField), "Canary");
  }
  EXPECT_EQ(keyring->SealerFor(SubjectId("no handle"), "official.name").error().reason,
            "BAD_SUBJECT");
}

TEST_F(KeyringTest, ManyKeysAreMadeAtOnceAndEachOnce) {
  const auto keyring = Opened();
  std::vector<SubjectId> subjects = Subjects(300);
  subjects.insert(subjects.end(), {Subject(0), Subject(1)});
  ASSERT_TRUE(keyring->EnsureKeys(subjects));
  EXPECT_EQ(fs::file_size(file()), kSlotBytes * 301);
  ASSERT_TRUE(keyring->EnsureKeys(subjects));
  EXPECT_EQ(fs::file_size(file()), kSlotBytes * 301);
  EXPECT_EQ(Opened()->Counts().keys, 300u);
  EXPECT_TRUE(Opened()->CheckAll());
}

TEST_F(KeyringTest, WhoMakesAKeySealsByItAndNobodyElseDoes) {
  const auto keyring = Opened();
  const auto other = Opened();
  ASSERT_TRUE(other->EnsureKeys(Subjects(1)));
  // The other one's key is on disk, and was not read here yet.
  const Result<NewSealers> made = keyring->EnsureKeys(Subjects(3));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2u);
  EXPECT_FALSE(made->contains(Subject(0)));
  const Result<std::string> sealed = made->at(Subject(2))->Seal(kNameField, "Canary");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(*Opened()->Unseal(*sealed, kNameField), "Canary");
  const Result<NewSealers> again = keyring->EnsureKeys(Subjects(3));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
}

// The plain text, the subject's key and the KEK are nowhere in the files.
TEST_F(KeyringTest, NoKeyStandsInClearInTheKeyring) {
  const auto keyring = Opened();
  const std::string sealed = *keyring->Seal(Subject(1), kNameField, "Canary");
  const std::string bytes = FileBytes();
  const crypto::SecretBytes kek = *LoadKek(data_, 1);
  EXPECT_EQ(bytes.find(kek.bytes()), std::string::npos);
  const KeyringHeader header = *DecodeHeader(bytes, file());
  const auto slots = *ScanEntries(std::string_view(bytes).substr(kSlotBytes), 0, header, file());
  const SubjectKey key = *UnwrapKey(kek, slots.entries.at(0));
  EXPECT_EQ(bytes.find(key.secret.bytes()), std::string::npos);
  EXPECT_EQ(sealed.find(key.secret.bytes()), std::string::npos);
}

TEST_F(KeyringTest, AKeyThatIsNotHereIsToldAsSuch) {
  const DataDirectory other(folder_.path() / "other");
  ASSERT_TRUE(CreateKeyring(other, kLogId, random_));
  const auto theirs = *Keyring::Open(other, kLogId, random_);
  const std::string sealed = *theirs->Seal(Subject(1), kNameField, "Canary");
  const Result<std::string> opened = Opened()->Unseal(sealed, kNameField);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kNotFound);
  EXPECT_EQ(opened.error().reason, "KEY_NOT_HERE");
  EXPECT_EQ(opened.error().metadata.at("field"), "official.name");
}

TEST_F(KeyringTest, WhatIsNoSealedFieldIsToldAsDamaged) {
  const auto opened = Opened()->Unseal("Canary", kNameField);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, "SEALED_FIELD_DAMAGED");
  EXPECT_EQ(opened.error().message.find("Canary"), std::string::npos);
}

TEST_F(KeyringTest, ASubjectIsAHandleAndIsNotRepeatedInTheError) {
  const auto keyring = Opened();
  for (const std::string& wrong :
       {std::string(), std::string("Canary Canarysdottir"), std::string("c\xc3\xa4nary"),
        std::string(kSubjectBytesMax + 1, 'x'), std::string("a\0b", 3)}) {
    const auto made = keyring->Seal(SubjectId(wrong), kNameField, "text");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, "BAD_SUBJECT");
    EXPECT_TRUE(wrong.empty() || made.error().message.find(wrong) == std::string::npos);
  }
  EXPECT_TRUE(keyring->Seal(SubjectId(std::string(kSubjectBytesMax, 'x')), kNameField, "text"));
}

TEST_F(KeyringTest, TheFoldersOfOthersAreRefused) {
  ASSERT_TRUE(Opened()->EnsureKeys(Subjects(1)));
  EXPECT_EQ(Keyring::Open(data_, "0d9b6c52-3f1a-4e5c-8c1b-5a0e9f6d7c8b", random_).error().reason,
            "OTHER_KEYRING");
  fs::rename(KekFile(data_, 1), folder_.path() / "kek");
  EXPECT_EQ(ReasonOfOpening(), "KEYRING_KEY_MISSING");
  // Its keys are in use: no other KEK is made for them.
  ASSERT_TRUE(CreateKeyring(data_, kLogId, random_));
  EXPECT_EQ(ReasonOfOpening(), "KEYRING_KEY_MISSING");
  ASSERT_TRUE(StoreKek(data_, 1, crypto::SecretBytes::Random(32, random_)));
  EXPECT_EQ(ReasonOfOpening(), "OTHER_KEYRING");
  fs::rename(folder_.path() / "kek", KekFile(data_, 1));
  EXPECT_EQ(ReasonOfOpening(), "");
}

TEST_F(KeyringTest, WhatOthersMayReadIsRefusedWithTheRemedy) {
  for (const fs::path& exposed : {file(), KekFile(data_, 1)}) {
    fs::permissions(exposed, fs::perms::group_read, fs::perm_options::add);
    const auto opened = TryOpen();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "KEYRING_EXPOSED");
    EXPECT_NE(opened.error().message.find(exposed.string()), std::string::npos);
    EXPECT_NE(opened.error().message.find("chmod 600"), std::string::npos);
    fs::permissions(exposed, fs::perms::group_read, fs::perm_options::remove);
  }
  EXPECT_EQ(ReasonOfOpening(), "");
}

TEST_F(KeyringTest, AKeyringThatIsGoneIsMissedAndNotMadeAnew) {
  ASSERT_TRUE(Opened()->EnsureKeys(Subjects(1)));
  fs::remove_all(data_.keyring());
  EXPECT_EQ(ReasonOfOpening(), "KEYRING_MISSING");
  const Result<void> created = CreateKeyring(data_, kLogId, random_);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().reason, "KEYRING_MISSING");
  EXPECT_TRUE(HasKeyring(data_));
  EXPECT_FALSE(HasKeyring(DataDirectory(folder_.path() / "nothing")));
}

TEST_F(KeyringTest, ACreationThatACrashCutShortIsCompleted) {
  fs::remove(KekFile(data_, 1));  // Which is written last.
  EXPECT_EQ(ReasonOfOpening(), "KEYRING_KEY_MISSING");
  ASSERT_TRUE(CreateKeyring(data_, kLogId, random_));
  EXPECT_EQ(ReasonOfOpening(), "");
  // And what is whole is left alone.
  const std::string before = FileBytes();
  ASSERT_TRUE(CreateKeyring(data_, kLogId, random_));
  EXPECT_EQ(FileBytes(), before);
}

// Which is in place but for its name.
TEST_F(KeyringTest, ACreationThatACrashCutShortBeforeItsKekHadItsNameIsCompleted) {
  fs::path draft = KekFile(data_, 1);
  fs::rename(KekFile(data_, 1), draft += ".new");
  EXPECT_FALSE(HasKek(data_));
  ASSERT_TRUE(CreateKeyring(data_, kLogId, random_));
  EXPECT_TRUE(HasKek(data_));
  EXPECT_FALSE(fs::exists(draft));
  EXPECT_TRUE(Keyring::Open(data_, kLogId, random_));
}

TEST_F(KeyringTest, ACopyOpensWithTheCopiedKek) {
  const auto keyring = Opened();
  const std::string sealed = *keyring->Seal(Subject(1), kNameField, "Canary");
  const DataDirectory copy(folder_.path() / "copy");
  ASSERT_TRUE(CopyKeyring(data_, copy));
  ASSERT_TRUE(StoreKek(copy, 1, *LoadKek(data_, 1)));
  const auto copied = Keyring::Open(copy, kLogId, random_);
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(*(*copied)->Unseal(sealed, kNameField), "Canary");
  EXPECT_FALSE(fs::exists(copy.keyring() / "LOCK")) << "reading left a trace";
  const Result<void> again = CopyKeyring(data_, copy);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "FILE_EXISTS");
}

TEST_F(KeyringTest, CopiesThatGrewApartTakeFromOneAnother) {
  const DataDirectory copy(folder_.path() / "copy");
  ASSERT_TRUE(CopyKeyring(data_, copy));
  ASSERT_TRUE(StoreKek(copy, 1, *LoadKek(data_, 1)));
  const auto here = Opened();
  const auto there = *Keyring::Open(copy, kLogId, random_);
  // The third subject gets two keys: each is good for what it sealed.
  const std::string first = *here->Seal(Subject(1), kNameField, "one");
  const std::string second = *there->Seal(Subject(2), kNameField, "two");
  const std::string third_here = *here->Seal(Subject(3), kNameField, "three");
  const std::string third_there = *there->Seal(Subject(3), kNameField, "three");
  EXPECT_EQ(*here->TakeMissing(*there), 2u);
  EXPECT_EQ(*there->TakeMissing(*here), 2u);
  EXPECT_EQ(*there->TakeMissing(*here), 0u);
  for (Keyring* const keyring : {here.get(), there.get()}) {
    EXPECT_EQ(keyring->Counts().keys, 4u);
    EXPECT_EQ(*keyring->Unseal(first, kNameField), "one");
    EXPECT_EQ(*keyring->Unseal(second, kNameField), "two");
    EXPECT_EQ(*keyring->Unseal(third_here, kNameField), "three");
    EXPECT_EQ(*keyring->Unseal(third_there, kNameField), "three");
  }
  EXPECT_EQ(Opened()->Counts().keys, 4u);

  const DataDirectory stranger(folder_.path() / "stranger");
  ASSERT_TRUE(CreateKeyring(stranger, kLogId, random_));
  const auto strange = *Keyring::Open(stranger, kLogId, random_);
  EXPECT_EQ(here->TakeMissing(*strange).error().reason, "OTHER_KEYRING");
}

// What an erasure will do: another epoch, the survivor wrapped anew, the other one's stone.
TEST_F(KeyringTest, AnErasedKeyIsGoneAndItsSubjectGetsNoOther) {
  const auto running = Opened();
  const std::string kept = *running->Seal(Subject(1), kNameField, "kept");
  const std::string erased = *running->Seal(Subject(2), kNameField, "erased");
  const std::string bytes = FileBytes();
  const auto slots = *ScanEntries(std::string_view(bytes).substr(kSlotBytes), 0,
                                  *DecodeHeader(bytes, file()), file());
  const crypto::SecretBytes kek = crypto::SecretBytes::Random(32, random_);
  KeyEntry stone = slots.entries.at(1);
  stone.kind = KeyEntry::Kind::kErased;
  stone.epoch = 2;
  stone.nonce = {};
  stone.wrapped = {};
  const SubjectKey survivor = *UnwrapKey(*LoadKek(data_, 1), slots.entries.at(0));
  ASSERT_TRUE(StoreKek(data_, 2, kek));
  ASSERT_TRUE(WritePrivateFile(
      EpochFile(data_, 2),
      EncodeHeader({.epoch = 2, .log_id = std::string(kLogId), .kek_check = KekCheckOf(kek)}) +
          EncodeEntry(WrapKey(kek, 2, random_.Bytes(12), Subject(1), survivor)) +
          EncodeEntry(stone)));
  fs::remove(EpochFile(data_, 1));
  fs::remove(KekFile(data_, 1));

  // A process that runs goes over with the first key that it has to look for.
  ASSERT_TRUE(running->Seal(Subject(3), kNameField, "new"));
  for (Keyring* const keyring : {running.get(), Opened().release()}) {
    const std::unique_ptr<Keyring> owned(keyring == running.get() ? nullptr : keyring);
    EXPECT_EQ(*keyring->Unseal(kept, kNameField), "kept");
    EXPECT_EQ(keyring->Unseal(erased, kNameField).error().reason, "SUBJECT_ERASED");
    const Result<NewSealers> made = keyring->EnsureKeys({{Subject(2)}});
    EXPECT_TRUE(made && made->empty());
    EXPECT_EQ(keyring->Seal(Subject(2), kNameField, "again").error().reason, "SUBJECT_ERASED");
    EXPECT_EQ(*keyring->Find(Subject(2)), std::nullopt);
    EXPECT_EQ(keyring->Counts().epoch, 2u);
    EXPECT_EQ(keyring->Counts().keys, 2u);
    EXPECT_EQ(keyring->Counts().erased, 1u);
  }
}

TEST_F(KeyringTest, TheNextEpochIsInForceThoughACrashLeftTheFileOfTheLast) {
  const auto running = Opened();
  ASSERT_TRUE(running->EnsureKeys(Subjects(1)));
  const auto kek = crypto::SecretBytes::Random(32, random_);
  ASSERT_TRUE(StoreKek(data_, 2, kek));
  ASSERT_TRUE(WritePrivateFile(
      EpochFile(data_, 2),
      EncodeHeader({.epoch = 2, .log_id = std::string(kLogId), .kek_check = KekCheckOf(kek)})));
  ASSERT_TRUE(running->EnsureKeys(Subjects(2)));
  EXPECT_EQ(running->Counts().epoch, 2u);
  EXPECT_EQ(fs::file_size(EpochFile(data_, 1)), kSlotBytes * 2);
  EXPECT_EQ(fs::file_size(EpochFile(data_, 2)), kSlotBytes * 3);
}

// As who restores it does. What the process has open is the old one.
TEST_F(KeyringTest, AFileThatIsReplacedUnderARunningProcessGetsTheNextKeys) {
  const auto running = Opened();
  ASSERT_TRUE(running->EnsureKeys(Subjects(1)));
  const fs::path copy = folder_.path() / "copy";
  fs::copy(file(), copy);
  fs::rename(copy, file());
  ASSERT_TRUE(running->EnsureKeys(Subjects(2)));
  EXPECT_EQ(Opened()->Counts().keys, 2u);
}

TEST_F(KeyringTest, AFolderThatIsGoneUnderARunningProcessMakesNoKey) {
  const auto running = Opened();
  ASSERT_TRUE(running->EnsureKeys(Subjects(1)));
  fs::rename(data_.keyring(), folder_.path() / "elsewhere");
  const Result<NewSealers> made = running->EnsureKeys(Subjects(2));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().reason, "KEYRING_MISSING");
}

TEST_F(KeyringTest, AWrappedKeyOfAnotherSubjectIsNotTaken) {
  const auto keyring = Opened();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(2)));
  std::string bytes = FileBytes();
  const KeyringHeader header = *DecodeHeader(bytes, file());
  auto slots = *ScanEntries(std::string_view(bytes).substr(kSlotBytes), 0, header, file());
  // Written with a check that is right: by somebody, and not by a disk.
  slots.entries[0].nonce = slots.entries[1].nonce;
  slots.entries[0].wrapped = slots.entries[1].wrapped;
  SetFileBytes(bytes.substr(0, kSlotBytes) + EncodeEntry(slots.entries[0]) +
               EncodeEntry(slots.entries[1]));
  const auto forged = Opened();
  EXPECT_EQ(forged->CheckAll().error().reason, "KEYRING_DAMAGED");
  EXPECT_EQ(forged->Seal(Subject(0), kNameField, "x").error().reason, "KEYRING_DAMAGED");
  EXPECT_TRUE(forged->Seal(Subject(1), kNameField, "x"));
}

TEST_F(KeyringTest, ThreadsThatSealAtOnceMakeEachKeyOnce) {
  const auto keyring = Opened();
  constexpr int kThreads = 8;
  constexpr int kSubjects = 40;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kSubjects; ++i) {
        const Result<std::string> sealed = keyring->Seal(Subject(i), kNameField, std::to_string(i));
        const bool opens = sealed && *keyring->Unseal(*sealed, kNameField) == std::to_string(i);
        wrong += opens ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(keyring->Counts().keys, static_cast<std::uint64_t>(kSubjects));
  EXPECT_EQ(fs::file_size(file()), kSlotBytes * (kSubjects + 1));
}

}  // namespace
}  // namespace twinledger::keyring
