#include "platform/log/kafka/topic_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twinledger::log {
namespace {

using ::testing::ElementsAre;

// What a broker answers of a topic with these partitions, each with as many copies as its place
// says.
Result<std::vector<std::uint32_t>> CopiesOf(const std::vector<std::int32_t>& ids) {
  std::string name = "twinledger.registry";
  std::vector<rd_kafka_metadata_partition_t> partitions(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    partitions[i].id = ids[i];
    partitions[i].replica_cnt = static_cast<int>(i) + 1;
  }
  return CopiesIn({.topic = name.data(),
                   .partition_cnt = static_cast<int>(ids.size()),
                   .partitions = partitions.data(),
                   .err = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE});
}

TEST(TopicAdminTest, CopiesAreByPartitionInWhateverOrderABrokerNamesThem) {
  EXPECT_THAT(*CopiesOf({0, 1, 2}), ElementsAre(1, 2, 3));
  EXPECT_THAT(*CopiesOf({2, 0, 1}), ElementsAre(2, 3, 1));
}

TEST(TopicAdminTest, ATopicThatIsBeingMadeIsNotToldYet) {
  for (const std::vector<std::int32_t>& ids :
       {std::vector<std::int32_t>{}, {1}, {0, 2}, {3, 0, 1}, {-1}}) {
    const auto copies = CopiesOf(ids);
    ASSERT_FALSE(copies.ok()) << ids.size();
    EXPECT_EQ(copies.error().code, Code::kUnavailable);
  }
}

}  // namespace
}  // namespace twinledger::log
