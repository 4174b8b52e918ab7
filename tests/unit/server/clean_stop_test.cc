#include "platform/server/clean_stop.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>

#include "tests/support/temp_directory.h"

namespace twinledger::server {
namespace {

namespace fs = std::filesystem;

class CleanStopTest : public ::testing::Test {
 protected:
  CleanStopTest() {
    for (const fs::path& folder : {data_.log(), data_.projection("registry")}) {
      fs::create_directories(folder);
      std::ofstream(folder / "first") << "one";
      std::ofstream(folder / "second") << "two";
    }
  }

  CleanStop Take() const {
    Result<CleanStop> taken = CleanStop::Take(data_);
    EXPECT_TRUE(taken.ok());
    return taken ? *std::move(taken) : CleanStop();
  }

  // The times of files go on by ticks of some milliseconds: until the next one.
  void WaitForATick() const {
    const auto time_of = [this](const std::string& text) {
      const fs::path probe = folder_.path() / "probe";
      std::ofstream(probe) << text;
      return fs::last_write_time(probe);
    };
    const auto first = time_of("first");
    while (time_of("later") == first) continue;
  }

  testing::TempDirectory folder_;
  const DataDirectory data_{folder_.path()};
};

TEST_F(CleanStopTest, WhatNobodyTouchedIsAsItWasLeft) {
  ASSERT_TRUE(MarkCleanStop(data_).ok());
  const CleanStop stop = Take();
  EXPECT_TRUE(stop.Left(data_.log()));
  EXPECT_TRUE(stop.Left(data_.projection("registry")));
  EXPECT_FALSE(stop.Left(data_.projection("risk")));
}

// A crash behind it leaves none.
TEST_F(CleanStopTest, AMarkIsTakenOnce) {
  ASSERT_TRUE(MarkCleanStop(data_).ok());
  Take();
  EXPECT_TRUE(fs::is_directory(data_.root()));
  EXPECT_FALSE(fs::exists(data_.root() / "clean_stop"));
  EXPECT_FALSE(Take().Left(data_.log()));
}

TEST_F(CleanStopTest, WithoutAMarkNothingIsAsItWasLeft) {
  EXPECT_FALSE(Take().Left(data_.log()));
  EXPECT_FALSE(CleanStop().Left(data_.log()));
}

TEST_F(CleanStopTest, AFolderOfWhichAFileIsAnotherIsNotAsItWasLeft) {
  const fs::path file = data_.log() / "first";
  const std::pair<std::string, std::function<void()>> kCases[] = {
      {"a byte is another",
       [&] {
         // The time of writing says nothing: anybody can set it.
         const auto written = fs::last_write_time(file);
         std::ofstream(file) << "eno";
         fs::last_write_time(file, written);
       }},
      {"one is gone", [&] { fs::remove(file); }},
      {"one is new", [&] { std::ofstream(data_.log() / "third") << "three"; }},
      {"one was brought back",
       [&] {
         fs::copy(file, folder_.path() / "copy");
         fs::rename(folder_.path() / "copy", file);
       }},
      {"one has another name", [&] { fs::rename(file, data_.log() / "other"); }},
  };
  for (const auto& [name, harm] : kCases) {
    SCOPED_TRACE(name);
    std::ofstream(file) << "one";
    ASSERT_TRUE(MarkCleanStop(data_).ok());
    WaitForATick();
    harm();
    const CleanStop stop = Take();
    EXPECT_FALSE(stop.Left(data_.log()));
    EXPECT_TRUE(stop.Left(data_.projection("registry")));
  }
}

TEST_F(CleanStopTest, AMarkThatCannotBeReadIsNone) {
  for (const std::string& text : {std::string(), std::string("log"), std::string("? log\n")}) {
    std::ofstream(data_.root() / "clean_stop") << text;
    EXPECT_FALSE(Take().Left(data_.log()));
    EXPECT_FALSE(fs::exists(data_.root() / "clean_stop"));
  }
}

}  // namespace
}  // namespace twinledger::server
