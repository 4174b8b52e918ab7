#include "twinledger/command/operate/health_explained.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "platform/base/whole_file.h"

namespace twinledger::client {
namespace {

namespace v1 = operations::v1;
using ::testing::HasSubstr;

v1::GetHealthResponse With(v1::HealthCondition condition) {
  v1::GetHealthResponse health;
  v1::HealthFinding& finding = *health.add_findings();
  finding.set_condition(condition);
  finding.set_service("registry");
  finding.set_partition("registry/3");
  finding.set_reason("SOME_REASON");
  finding.set_amount(42);
  return health;
}

// As links name them.
std::set<std::string> SectionsOf(const std::string& file) {
  const Result<std::string> text = ReadWholeFile(file);
  EXPECT_TRUE(text.ok());
  std::set<std::string> sections;
  for (std::size_t at = 0; (at = text->find("\n### ", at)) != std::string::npos; ++at) {
    std::string section = text->substr(at + 5, text->find('\n', at + 1) - at - 5);
    std::ranges::transform(section, section.begin(), [](char letter) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    });
    sections.insert(section);
  }
  return sections;
}

TEST(HealthExplainedTest, EachConditionSaysWhatToDoAndNamesASectionThatIsThere) {
  const std::set<std::string> sections =
      SectionsOf(TWINLEDGER_SOURCE_DIR "/docs/operations/alerts.md");
  const auto* const conditions = v1::HealthCondition_descriptor();
  for (int i = 0; i < conditions->value_count(); ++i) {
    const auto condition = static_cast<v1::HealthCondition>(conditions->value(i)->number());
    if (condition == v1::HEALTH_CONDITION_UNSPECIFIED) continue;
    SCOPED_TRACE(conditions->value(i)->name());
    const Explained explained = Explain(With(condition)).at(0);
    EXPECT_EQ(explained.where, "registry (registry/3)");
    EXPECT_EQ(explained.what.find("{}"), std::string::npos);
    EXPECT_EQ(explained.log, "SOME_REASON");
    EXPECT_FALSE(explained.todo.empty());
    EXPECT_TRUE(explained.metric.starts_with("twinledger_"));
    const std::string file = "docs/operations/alerts.md#";
    ASSERT_TRUE(explained.runbook.starts_with(file)) << explained.runbook;
    EXPECT_TRUE(sections.contains(explained.runbook.substr(file.size()))) << explained.runbook;
  }
}

TEST(HealthExplainedTest, AnAmountStandsInItsPlace) {
  EXPECT_THAT(Explain(With(v1::HEALTH_CONDITION_QUEUE_LONG)).at(0).what,
              HasSubstr("42 commands wait"));
}

TEST(HealthExplainedTest, WhatANewerServerFindsIsWrongAndSaysSo) {
  const Explained explained = Explain(With(static_cast<v1::HealthCondition>(999))).at(0);
  EXPECT_EQ(explained.weight, Weight::kWrong);
  EXPECT_THAT(explained.what, HasSubstr("999"));
}

TEST(HealthExplainedTest, WhatIsWrongStandsBeforeWhatIsANote) {
  v1::GetHealthResponse health = With(v1::HEALTH_CONDITION_VOID_RECORDS);
  *health.add_findings() = With(v1::HEALTH_CONDITION_PARTITION_STOPPED).findings(0);
  const std::vector<Explained> explained = Explain(health);
  EXPECT_EQ(explained.at(0).weight, Weight::kWrong);
  EXPECT_EQ(explained.at(1).weight, Weight::kNote);
  EXPECT_THAT(ToText(explained.at(0)), HasSubstr("WRONG  registry (registry/3): "));
}

TEST(HealthExplainedTest, AServiceThatServesIsRightAndOneThatCannotBeWrittenIsNot) {
  v1::GetHealthResponse health;
  v1::ServiceHealth& service = *health.add_services();
  service.set_name("registry");
  service.set_serving(true);
  service.set_partitions(8);
  ASSERT_EQ(RightOf(health).size(), 1u);
  EXPECT_THAT(RightOf(health).front(), HasSubstr("registry: serves; all 8 partitions are read"));
  service.set_partitions_unwritable(1);
  EXPECT_TRUE(RightOf(health).empty());
}

}  // namespace
}  // namespace twinledger::client
