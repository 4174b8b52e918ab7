#include "platform/keyring/key_maker.h"

#include <absl/synchronization/blocking_counter.h>
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/keyring/keyring_folder_fixture.h"

namespace twinledger::keyring {
namespace {

class KeyMakerTest : public KeyringFolderTest {
 protected:
  // Calls `ask` while the maker answers for Subject(0), who came first: what it asks for is made
  // behind that, together. Answered when it returns.
  static void AskTogether(Keyring& keyring, const std::function<void(KeyMaker&)>& ask) {
    absl::Notification first_is_answered;
    absl::Notification all_asked;
    KeyMaker maker(keyring);
    maker.Ensure(Subject(0), [&](const KeyMaker::Made&) {
      first_is_answered.Notify();
      all_asked.WaitForNotification();
    });
    first_is_answered.WaitForNotification();
    ask(maker);
    all_asked.Notify();
  }
};

TEST_F(KeyMakerTest, AKeyIsOnDiskWhenItsCallerGoesOn) {
  const auto keyring = Opened();
  KeyMaker maker(*keyring);
  absl::Notification done;
  std::optional<KeyId> found_by_another;
  maker.Ensure(Subject(1), [&](const KeyMaker::Made& made) {
    EXPECT_TRUE(made);
    found_by_another = *Opened()->Find(Subject(1));
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_TRUE(found_by_another.has_value());
}

TEST_F(KeyMakerTest, WhoseKeyIsThereGoesOnAtOnce) {
  const auto keyring = Opened();
  ASSERT_TRUE(keyring->EnsureKeys(Subjects(1)));
  KeyMaker maker(*keyring);
  std::optional<std::thread::id> thread;
  maker.Ensure(Subject(0), [&](const KeyMaker::Made& made) {
    thread = std::this_thread::get_id();
    EXPECT_EQ(*made, nullptr) << "something may have been sealed for it before";
  });
  EXPECT_EQ(thread, std::this_thread::get_id());
}

// The others look what was sealed for it meanwhile.
TEST_F(KeyMakerTest, TheFirstWhoAskedSealsByTheNewKey) {
  const auto keyring = Opened();
  std::vector<std::shared_ptr<const Sealer>> sealers;
  AskTogether(*keyring, [&](KeyMaker& maker) {
    for (int i = 0; i < 2; ++i) {
      maker.Ensure(Subject(1), [&](const KeyMaker::Made& made) { sealers.push_back(*made); });
    }
  });
  ASSERT_EQ(sealers.size(), 2u);
  EXPECT_EQ(sealers[1], nullptr);
  ASSERT_NE(sealers[0], nullptr);
  const Result<std::string> sealed = sealers[0]->Seal(kNameField, "Canary");
  ASSERT_TRUE(sealed);
  const Result<std::string> text = Opened()->Unseal(*sealed, kNameField);
  ASSERT_TRUE(text) << "not by the key on disk";
  EXPECT_EQ(*text, "Canary");
}

// The first holds the maker while the others come: they are made together, and answered in turn.
TEST_F(KeyMakerTest, CallersGoOnInTheOrderOfAskingAndEachSubjectHasOneKey) {
  const auto keyring = Opened();
  std::vector<int> order;
  AskTogether(*keyring, [&](KeyMaker& maker) {
    for (int i = 0; i < 200; ++i) {
      maker.Ensure(Subject(1 + i % 100), [&order, i](const KeyMaker::Made& made) {
        EXPECT_TRUE(made);
        order.push_back(i);
      });
    }
  });
  ASSERT_EQ(order.size(), 200u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(std::filesystem::file_size(file()), kSlotBytes * 102);
}

TEST_F(KeyMakerTest, BehindAGroupOneThatComesAloneIsAnswered) {
  const auto keyring = Opened();
  KeyMaker maker(*keyring);
  for (int round = 0; round < 3; ++round) {
    absl::BlockingCounter group(50);
    for (int i = 0; i < 50; ++i) {
      maker.Ensure(Subject(100 * round + i),
                   [&](const KeyMaker::Made&) { group.DecrementCount(); });
    }
    group.Wait();
    absl::Notification alone;
    maker.Ensure(Subject(100 * round + 99), [&](const KeyMaker::Made& made) {
      EXPECT_TRUE(made);
      alone.Notify();
    });
    alone.WaitForNotification();
  }
  EXPECT_EQ(keyring->Counts().keys, 3u * 51u);
}

TEST_F(KeyMakerTest, MoreThanMayWaitAreToldToComeAgain) {
  const auto keyring = Opened();
  int full = 0;
  AskTogether(*keyring, [&](KeyMaker& maker) {
    for (std::size_t i = 0; i <= kKeysWaitingMax; ++i) {
      maker.Ensure(Subject(1), [&full](const KeyMaker::Made& made) {
        if (!made && made.error().reason == "QUEUE_FULL") ++full;
      });
    }
    EXPECT_EQ(full, 1);
  });
  EXPECT_EQ(full, 1);
}

TEST_F(KeyMakerTest, WhatCannotBeMadeIsSaid) {
  const auto keyring = Opened();
  KeyMaker maker(*keyring);
  absl::Notification done;
  std::string reason;
  maker.Ensure(SubjectId("Jane Doe"), [&](const KeyMaker::Made& made) {
    reason = made ? "" : made.error().reason;
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(reason, "BAD_SUBJECT");
}

}  // namespace
}  // namespace twinledger::keyring
