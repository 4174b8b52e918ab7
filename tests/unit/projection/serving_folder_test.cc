#include "platform/projection/serving_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "tests/support/temp_directory.h"

namespace twinledger::projection {
namespace {

namespace fs = std::filesystem;
using ::testing::UnorderedElementsAre;

class ServingFolderTest : public ::testing::Test {
 protected:
  void Make(const std::string& folder, const std::string& file = "CURRENT") {
    fs::create_directories(projections() / folder);
    std::ofstream(projections() / folder / file) << "some";
  }
  void Point(const std::string& text) { std::ofstream(projections() / "registry.serving") << text; }
  std::set<std::string> Folders() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(projections())) {
      if (entry.is_directory()) names.insert(entry.path().filename().string());
    }
    return names;
  }
  const fs::path& projections() const { return directory_.path(); }

  testing::TempDirectory directory_;
  const ServingFolder serving_{directory_.path(), "registry"};
};

TEST_F(ServingFolderTest, TheFirstServesUntilAnotherDoes) {
  EXPECT_EQ(serving_.Current(), projections() / "registry");
  Make("registry");
  Make("registry.2");
  const fs::path next = serving_.Next();
  EXPECT_EQ(next, projections() / "registry.3");
  Make("registry.3");
  ASSERT_TRUE(serving_.SetCurrent(next).ok());
  EXPECT_EQ(serving_.Current(), next);
  EXPECT_EQ(ServingFolder(projections(), "registry").Current(), next);
}

TEST_F(ServingFolderTest, AStartRemovesAllOtherStoresOfTheProjectionAlone) {
  for (const std::string folder :
       {"registry", "registry.2", "registry.3", "registry.old", "registry2", "risk.2"}) {
    Make(folder);
  }
  Make("registry.4", "letters.odt");
  ASSERT_TRUE(serving_.SetCurrent(projections() / "registry.3").ok());
  serving_.RemoveOthers();
  EXPECT_THAT(Folders(), UnorderedElementsAre("registry.3", "registry.4", "registry.old",
                                              "registry2", "risk.2"));
}

// Cut short, of another projection, or leading out of the folder.
TEST_F(ServingFolderTest, WhatNamesNoStoreOfTheProjectionIsNotFollowed) {
  for (const std::string text :
       {"", "registry.2", "risk\n", "registry.2/../../log\n", "registry.\n", "../log\n"}) {
    Point(text);
    EXPECT_EQ(serving_.Current(), projections() / "registry") << text;
  }
}

TEST_F(ServingFolderTest, ANameThatCannotBeWrittenLeavesTheOneBefore) {
  Make("registry.serving");  // A folder in the file's place.
  const auto set = serving_.SetCurrent(projections() / "registry.2");
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().reason, "FILE_ERROR");
  EXPECT_EQ(serving_.Current(), projections() / "registry");
}

}  // namespace
}  // namespace twinledger::projection
