#include "platform/crypto/system_random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace twinledger::crypto {
namespace {

constexpr std::size_t kBytes = 16;  // As of an id: two of them are never equal by chance.

TEST(SystemRandomTest, NothingIsHandedOutTwice) {
  SystemRandom random;
  std::set<std::string> seen;
  constexpr std::size_t kDraws = 2000;  // Of several pages.
  for (std::size_t i = 0; i < kDraws; ++i) seen.insert(random.Bytes(kBytes));
  EXPECT_EQ(seen.size(), kDraws);
}

TEST(SystemRandomTest, NoByteStaysZeroAtAnySize) {
  SystemRandom random;
  EXPECT_EQ(random.Bytes(0), "");
  for (const std::size_t size : {1UL, 7UL, 255UL, 256UL, 257UL, 5000UL}) {
    std::vector<bool> drawn(size, false);
    for (int i = 0; i < 8; ++i) {  // All zero by chance: once in 2^64.
      const std::string bytes = random.Bytes(size);
      ASSERT_EQ(bytes.size(), size);
      for (std::size_t at = 0; at < size; ++at) drawn[at] = drawn[at] || bytes[at] != '\0';
    }
    EXPECT_EQ(drawn, std::vector<bool>(size, true)) << size;
  }
}

TEST(SystemRandomTest, ThreadsDrawWhatIsTheirOwn) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kDraws = 500;
  std::array<std::vector<std::string>, kThreads> drawn;
  {
    std::vector<std::jthread> threads;
    for (std::vector<std::string>& own : drawn) {
      threads.emplace_back([&own] {
        SystemRandom random;
        for (std::size_t i = 0; i < kDraws; ++i) own.push_back(random.Bytes(kBytes));
      });
    }
  }
  std::set<std::string> seen;
  for (const std::vector<std::string>& own : drawn) seen.insert(own.begin(), own.end());
  EXPECT_EQ(seen.size(), kThreads * kDraws);
}

TEST(SystemRandomTest, AProcessThatIsForkedDrawsAnew) {
  SystemRandom random;
  const std::string before = random.Bytes(kBytes);  // So that more of the page is left.
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string bytes = random.Bytes(kBytes);
    const bool written = write(ends[1], bytes.data(), kBytes) == static_cast<ssize_t>(kBytes);
    _exit(written ? 0 : 1);
  }
  std::string its(kBytes, '\0');
  const ssize_t read_bytes = read(ends[0], its.data(), kBytes);
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  close(ends[0]);
  close(ends[1]);
  ASSERT_EQ(read_bytes, static_cast<ssize_t>(kBytes));
  EXPECT_EQ(status, 0);
  EXPECT_NE(its, std::string(kBytes, '\0'));
  EXPECT_NE(its, before);
  EXPECT_NE(its, random.Bytes(kBytes));
}

}  // namespace
}  // namespace twinledger::crypto
