// Generated files: the same for a seed, in the shares that are promised, and as the imports take
// them.
#include "twinledger/generate/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temp_directory.h"
#include "twinledger/csv/reader.h"
#include "twinledger/import/ids.h"
#include "twinledger/import/record_file.h"

namespace twinledger::client {
namespace {

using ::testing::IsEmpty;

constexpr const char* kFiles[] = {"councils.csv", "relationships.csv", "engagements.csv",
                                  "engagements-amended.csv", "retracted.csv"};

class GenerateTest : public ::testing::Test {
 protected:
  std::filesystem::path Folder(const std::string& name) const { return folder_.path() / name; }

  static std::map<std::string, RecordRow> RecordsOf(const std::filesystem::path& path) {
    std::map<std::string, RecordRow> records;
    auto file = RecordFile::Open(path.string(), "");
    EXPECT_TRUE(file.ok());
    while (file.ok()) {
      auto read = (*file)->Next();
      EXPECT_TRUE(read.ok());
      if (!read.ok() || !*read) break;
      EXPECT_THAT((*read)->problems, IsEmpty()) << (*read)->problems[0].remedy;
      if (!(*read)->row) break;
      std::string key = (*read)->row->record_key;
      records.emplace(std::move(key), *std::move((*read)->row));
    }
    return records;
  }

  testing::TempDirectory folder_;
};

TEST_F(GenerateTest, TheSameSeedGivesTheSameBytesAndAnotherOneOthers) {
  const GenerateOptions options{.councils = 20, .years = 2, .engagements = 500, .seed = 7};
  GenerateOptions other = options;
  other.seed = 8;
  ASSERT_TRUE(Generate(options, Folder("a")).ok());
  ASSERT_TRUE(Generate(options, Folder("b")).ok());
  ASSERT_TRUE(Generate(other, Folder("c")).ok());
  for (const char* name : kFiles) {
    SCOPED_TRACE(name);
    const std::string bytes = testing::ReadFile(Folder("a") / name);
    EXPECT_GT(bytes.size(), 100U);
    EXPECT_TRUE(bytes == testing::ReadFile(Folder("b") / name));
    EXPECT_FALSE(bytes == testing::ReadFile(Folder("c") / name));
  }
}

TEST_F(GenerateTest, EveryRowIsOneThatAnImportTakes) {
  ASSERT_TRUE(
      Generate({.councils = 30, .years = 3, .engagements = 2000, .seed = 3}, folder_.path()).ok());
  const auto councils = ParseCouncils(*ParseCsv(testing::ReadFile(Folder("councils.csv"))));
  ASSERT_TRUE(councils.ok());
  EXPECT_EQ(councils->rows.size(), 30U);
  EXPECT_THAT(councils->problems, IsEmpty());
  const auto relationships =
      ParseRelationships(*ParseCsv(testing::ReadFile(Folder("relationships.csv"))));
  ASSERT_TRUE(relationships.ok());
  EXPECT_GE(relationships->rows.size(), 30U);
  EXPECT_THAT(relationships->problems, IsEmpty());
  const auto engagements = RecordsOf(Folder("engagements.csv"));
  EXPECT_EQ(engagements.size(), 2000U);
  // What they refer to is there.
  std::vector<std::string> known;
  for (const RelationshipRow& row : relationships->rows) known.push_back(row.relationship.name());
  std::ranges::sort(known);
  std::map<std::string, int> kinds;
  for (const auto& [key, row] : engagements) {
    ++kinds[row.kind()];
    EXPECT_TRUE(std::ranges::binary_search(known, row.record.relationship())) << key;
  }
  for (const std::string& kind : RecordKindNames()) EXPECT_GT(kinds[kind], 40) << kind;
}

TEST_F(GenerateTest, SharesAreAsPromised) {
  const Result<Generated> counts =
      Generate({.councils = 78, .years = 3, .engagements = 3000, .seed = 5}, folder_.path());
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->late, 300U);
  EXPECT_EQ(counts->amended, 150U);
  EXPECT_EQ(counts->retracted, 30U);

  const auto engagements = RecordsOf(Folder("engagements.csv"));
  const auto amended = RecordsOf(Folder("engagements-amended.csv"));
  EXPECT_EQ(amended.size(), 150U);
  for (const auto& [key, row] : amended) {
    EXPECT_NE(row.record.SerializeAsString(), engagements.at(key).record.SerializeAsString())
        << key;
  }
  const Result<CsvFile> retracted = ParseCsv(testing::ReadFile(Folder("retracted.csv")));
  ASSERT_TRUE(retracted.ok());
  EXPECT_EQ(retracted->rows.size(), 30U);
  for (const CsvRow& row : retracted->rows) {
    EXPECT_EQ(row.fields[2], RecordIdOf(row.fields[0], row.fields[1]));
    EXPECT_TRUE(engagements.contains(row.fields[1]));
    EXPECT_FALSE(amended.contains(row.fields[1]));
  }
}

TEST_F(GenerateTest, FewCouncilsHaveMostAndSizesAreThoseOfLife) {
  ASSERT_TRUE(
      Generate({.councils = 78, .years = 3, .engagements = 3000, .seed = 5}, folder_.path()).ok());
  std::map<std::string, int> by_council;
  std::vector<std::int64_t> gifts;
  for (const auto& [key, row] : RecordsOf(Folder("engagements.csv"))) {
    ++by_council[row.council_id];
    if (row.record.has_gift()) gifts.push_back(row.record.gift().value().cents());
    if (!row.record.has_travel()) continue;
    std::int64_t cost = 0;
    for (const auto& line : row.record.travel().cost_lines()) cost += line.amount().cents();
    EXPECT_GE(cost, 199'990);
    EXPECT_LE(cost, 4'000'010);
  }
  std::vector<int> counts;
  for (const auto& [council, count] : by_council) counts.push_back(count);
  std::ranges::sort(counts, std::greater());
  int of_ten = 0;
  for (std::size_t i = 0; i < 10; ++i) of_ten += counts[i];
  EXPECT_GT(of_ten, 1500);
  std::ranges::sort(gifts);
  EXPECT_NEAR(static_cast<double>(gifts[gifts.size() / 2]), 8000, 800);
  EXPECT_GT(gifts.back(), 10 * gifts[gifts.size() / 2]);
}

TEST_F(GenerateTest, WhatCannotBeMadeIsRefused) {
  EXPECT_EQ(Generate({.councils = 0}, folder_.path()).error().reason, "OUT_OF_RANGE");
  EXPECT_EQ(Generate({.years = 51}, folder_.path()).error().reason, "OUT_OF_RANGE");
  EXPECT_EQ(Generate({.until = "2024"}, folder_.path()).error().reason, "OUT_OF_RANGE");
  EXPECT_EQ(Generate({.until = "soon"}, folder_.path()).error().reason, "VALUE_MALFORMED");
  testing::WriteFile(Folder("file"), "x");
  EXPECT_EQ(Generate({}, Folder("file")).error().reason, "FILE_UNWRITABLE");
}

}  // namespace
}  // namespace twinledger::client
