// One keyring, several processes: this one and children of it, some of which are killed.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <set>
#include <string>

#include "tests/unit/keyring/keyring_folder_fixture.h"

namespace twinledger::keyring {
namespace {

namespace fs = std::filesystem;

class KeyringProcessesTest : public KeyringFolderTest {
 protected:
  // Before any thread of this process.
  static pid_t Child(const std::function<bool()>& work) {
    const pid_t child = fork();
    if (child == 0) _exit(work() ? 0 : 1);
    return child;
  }
  static int StatusOf(pid_t child) {
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }
};

TEST_F(KeyringProcessesTest, WhatOneMadeTheOtherFindsWithoutARestart) {
  const auto here = Opened();
  const auto there = Opened();  // Nothing is shared between the two but the files.
  const std::string sealed = *there->Seal(Subject(1), kNameField, "Canary");
  EXPECT_EQ(*here->Unseal(sealed, kNameField), "Canary");
  const std::string second = *there->Seal(Subject(2), kNameField, "Canary");
  EXPECT_EQ(*here->Find(Subject(2)), KeyIdOf(second));
  const std::string third = *there->Seal(Subject(3), kNameField, "Canary");
  EXPECT_EQ(KeyIdOf(*here->Seal(Subject(3), kNameField, "Canary")), KeyIdOf(third));
}

TEST_F(KeyringProcessesTest, ThroughALinkItIsOneKeyring) {
  const DataDirectory replica(folder_.path() / "replica");
  fs::create_directories(replica.root());
  fs::create_directory_symlink(data_.keyring(), replica.keyring());
  ASSERT_TRUE(StoreKek(replica, 1, *LoadKek(data_, 1)));
  const auto here = Opened();
  const auto there = *Keyring::Open(replica, kLogId, random_);
  const std::string sealed = *there->Seal(Subject(1), kNameField, "Canary");
  EXPECT_EQ(*here->Unseal(sealed, kNameField), "Canary");
}

TEST_F(KeyringProcessesTest, ProcessesThatAppendAtOnceMakeOneKeyASubject) {
  constexpr int kProcesses = 4;
  constexpr int kSubjects = 60;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    children.push_back(Child([this, process] {
      const auto keyring = TryOpen();
      if (!keyring) return false;
      for (int i = 0; i < kSubjects; ++i) {
        const SubjectId subject = Subject((i * 7 + process) % kSubjects);
        const auto sealed = (*keyring)->Seal(subject, kNameField, "text");
        if (!sealed || !(*keyring)->Unseal(*sealed, kNameField)) return false;
      }
      return (*keyring)->Counts().keys == kSubjects;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  EXPECT_EQ(fs::file_size(file()), kSlotBytes * (kSubjects + 1));
  EXPECT_TRUE(Opened()->CheckAll());
}

// A child tells of each key when it has it, and is killed in the middle of the next ones.
TEST_F(KeyringProcessesTest, WhatAKilledProcessToldOfIsThere) {
  constexpr int kKills = 12;
  constexpr int kToldMin = 5;
  int number = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    const pid_t child = Child([this, &told, number] {
      const auto keyring = TryOpen();
      for (int i = number; keyring; ++i) {
        const auto sealed = (*keyring)->Seal(Subject(i), kNameField, std::to_string(i));
        if (!sealed || write(told[1], sealed->data(), sealed->size()) < 0) return false;
      }
      return false;
    });
    close(told[1]);
    std::vector<std::string> sealed;
    const auto read_one = [&] {
      // Texts have the sizes of their numbers.
      std::string text(kSealedOverheadBytes + std::to_string(number).size(), '\0');
      std::size_t done = 0;
      while (done < text.size()) {
        const ssize_t count = read(told[0], text.data() + done, text.size() - done);
        if (count <= 0) return false;
        done += static_cast<std::size_t>(count);
      }
      sealed.push_back(std::move(text));
      ++number;
      return true;
    };
    const int first = number;
    while (number < first + kToldMin) ASSERT_TRUE(read_one());
    kill(child, SIGKILL);
    while (read_one()) {
    }
    EXPECT_TRUE(WIFSIGNALED(StatusOf(child)));
    close(told[0]);
    const auto keyring = Opened();
    ASSERT_NE(keyring, nullptr);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      const auto opened = keyring->Unseal(sealed[i], kNameField);
      ASSERT_TRUE(opened) << opened.error().message;
      EXPECT_EQ(*opened, std::to_string(first + static_cast<int>(i)));
    }
    ++number;  // That of the kill may be there, or not.
  }
}

}  // namespace
}  // namespace twinledger::keyring
