#include "platform/log/kafka/topic_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinledger::log {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::map<std::string, std::string> Right(std::uint32_t replication) {
  std::map<std::string, std::string> settings;
  for (const TopicSetting& needed : NeededSettings(replication)) {
    settings[needed.name] = needed.value;
  }
  return settings;
}

Result<void> Check(const std::map<std::string, std::string>& found, std::uint32_t replication) {
  return CheckSettings("twinledger.registry", NeededSettings(replication), found);
}

TEST(TopicSettingsTest, MostCopiesMustHaveARecordBeforeItIsAcknowledged) {
  EXPECT_EQ(Right(1).at("min.insync.replicas"), "1");
  EXPECT_EQ(Right(2).at("min.insync.replicas"), "2");
  EXPECT_EQ(Right(3).at("min.insync.replicas"), "2");
  EXPECT_EQ(Right(5).at("min.insync.replicas"), "3");
}

TEST(TopicSettingsTest, ASoleCopyIsFlushedAtEachRecord) {
  EXPECT_EQ(Right(1).at("flush.messages"), "1");
  EXPECT_FALSE(Right(3).contains("flush.messages"));
}

TEST(TopicSettingsTest, TakesWhatIsRightAndWhatIsMoreThanEnough) {
  std::map<std::string, std::string> found = Right(3);
  EXPECT_TRUE(Check(found, 3).ok());
  found["min.insync.replicas"] = "3";
  found["max.message.bytes"] = "2097152";
  found["segment.bytes"] = "1073741824";
  EXPECT_TRUE(Check(found, 3).ok());
}

TEST(TopicSettingsTest, RefusesEachWrongSettingWithTheCommandThatMendsIt) {
  const std::pair<std::string, std::string> wrongs[] = {
      {"cleanup.policy", "compact"},
      {"cleanup.policy", "compact,delete"},
      {"retention.ms", "604800000"},
      {"retention.bytes", "1073741824"},
      {"unclean.leader.election.enable", "true"},
      {"min.insync.replicas", "1"},
      {"max.message.bytes", "524288"},
      {"max.message.bytes", ""},
  };
  for (const auto& [name, value] : wrongs) {
    SCOPED_TRACE(name + "=" + value);
    std::map<std::string, std::string> found = Right(3);
    found[name] = value;
    const Result<void> checked = Check(found, 3);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(checked.error().reason, "WRONG_TOPIC");
    EXPECT_EQ(checked.error().metadata.at(name), value);
    ASSERT_THAT(checked.error().violations, SizeIs(1));
    EXPECT_EQ(checked.error().violations[0].field, name);
    EXPECT_THAT(checked.error().message, HasSubstr("--entity-name twinledger.registry"));
    EXPECT_THAT(checked.error().message, HasSubstr("--add-config " + name + "="));
  }
}

TEST(TopicSettingsTest, NamesAllThatIsWrongAtOnceAndWhatIsUnknown) {
  std::map<std::string, std::string> found = Right(3);
  found.erase("retention.bytes");
  found["retention.ms"] = "1";
  const Result<void> checked = Check(found, 3);
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().violations, SizeIs(2));
  EXPECT_THAT(checked.error().message, HasSubstr("retention.bytes is unknown"));
  EXPECT_THAT(checked.error().message, HasSubstr("retention.ms=-1,retention.bytes=-1"));
  EXPECT_THAT(checked.error().message, Not(HasSubstr("cleanup.policy")));
}

}  // namespace
}  // namespace twinledger::log
