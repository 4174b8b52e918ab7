#include "platform/crypto/secret_bytes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/crypto/system_random.h"

namespace twinledger::crypto {
namespace {

// What the kernel says of the memory that `place` is in: "rd wr mr mw me ac dd lo".
std::string FlagsOf(const void* place) {
  const auto address = reinterpret_cast<std::uintptr_t>(place);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::istringstream range(line);
    if (range >> std::hex >> begin >> dash >> end && dash == '-') {
      inside = address >= begin && address < end;
    }
    if (inside && line.starts_with("VmFlags:")) return line;
  }
  return "";
}

TEST(SecretBytesTest, CoreDumpsLeaveItOut) {
  SystemRandom random;
  const SecretBytes secret = SecretBytes::Random(32, random);
  EXPECT_NE(FlagsOf(secret.bytes().data()).find(" dd"), std::string::npos)
      << FlagsOf(secret.bytes().data());
}

// The memory is the program's own again, so looking at it is allowed: a slot is never given back.
TEST(SecretBytesTest, WhatIsLetGoIsOverwritten) {
  const char* place = nullptr;
  {
    const SecretBytes secret = SecretBytes::Copy("canary canary canary canary");
    place = secret.bytes().data();
    ASSERT_EQ(std::string_view(place, 6), "canary");
  }
  EXPECT_EQ(std::string_view(place, 27), std::string(27, '\0'));
}

TEST(SecretBytesTest, ItMovesAndIsNotCopied) {
  SecretBytes first = SecretBytes::Copy("one");
  SecretBytes second = std::move(first);
  EXPECT_EQ(second.bytes(), "one");
  EXPECT_EQ(first.size(), 0u);  // NOLINT(bugprone-use-after-move): that is what is asked.
  first = std::move(second);
  EXPECT_EQ(first.bytes(), "one");
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
}

TEST(SecretBytesTest, ManyAtOnceFromManyThreadsAreEachTheirOwn) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread, &wrong] {
      for (int round = 0; round < 50; ++round) {
        std::vector<SecretBytes> held;
        for (int i = 0; i < 400; ++i) {
          held.push_back(SecretBytes::Copy(std::to_string(thread) + "/" + std::to_string(i)));
        }
        for (int i = 0; i < 400; ++i) {
          const std::string expected = std::to_string(thread) + "/" + std::to_string(i);
          wrong += held[static_cast<std::size_t>(i)].bytes() == expected ? 0 : 1;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(SecretBytesTest, EqualityNeedsEveryByte) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("abc", "abc"));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("abc", "abcd"));
}

TEST(SecretBytesTest, TextThatHeldASecretIsEmptied) {
  std::string text = "a secret that is longer than what fits into the string itself";
  const char* place = text.data();
  Cleanse(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string_view(place + 1, 20), std::string(20, '\0'));
}

}  // namespace
}  // namespace twinledger::crypto
