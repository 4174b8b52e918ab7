// What a reader makes of a broker that has less than was read: damage if most brokers call it the
// leader, else nothing. On brokers that the client library plays, since they can be told to answer
// as one does that was cut off.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
// Behind the one that it needs.
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/check.h"
#include "platform/log/kafka/handle.h"
#include "platform/log/kafka/partition_reader.h"
#include "platform/log/kafka/retired_handles.h"
#include "platform/log/kafka/topic_admin.h"
#include "platform/log/kafka/topic_guard.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;

constexpr int kBrokers = 3;
constexpr std::int16_t kFetch = 1;  // Its number in the protocol.
const PartitionId kPartition{"registry", 0};
const std::string kTopic = "twinledger.registry";

using Mock = std::unique_ptr<rd_kafka_mock_cluster_t, Destroyer<rd_kafka_mock_cluster_destroy>>;
using Client = std::unique_ptr<rd_kafka_t, Destroyer<rd_kafka_destroy>>;

class KafkaLeadershipTest : public ::testing::Test {
 protected:
  KafkaLeadershipTest() {
    TL_CHECK(rd_kafka_mock_topic_create(brokers_.get(), kTopic.c_str(), 1, kBrokers) ==
             RD_KAFKA_RESP_ERR_NO_ERROR);
    Lead(1);
  }

  KafkaAddress Address() const {
    KafkaAddress address;
    address.brokers = rd_kafka_mock_cluster_bootstraps(brokers_.get());
    return address;
  }

  std::unique_ptr<KafkaHandle> Asker() const {
    auto handle = KafkaHandle::NewAsker(address_, options_);
    TL_CHECK(handle.ok());
    return *std::move(handle);
  }

  void Lead(std::int32_t broker) {
    TL_CHECK(rd_kafka_mock_partition_set_leader(brokers_.get(), kTopic.c_str(), 0, broker) ==
             RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  void Write(int records) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    TL_CHECK(rd_kafka_conf_set(conf, "bootstrap.servers", address_.brokers.c_str(), nullptr, 0) ==
             RD_KAFKA_CONF_OK);
    const Client producer(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0));
    for (int i = 0; i < records; ++i) {
      const rd_kafka_resp_err_t sent =
          rd_kafka_producev(producer.get(), RD_KAFKA_V_TOPIC(kTopic.c_str()),
                            RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_VALUE(nullptr, 0), RD_KAFKA_V_END);
      TL_CHECK(sent == RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    TL_CHECK(rd_kafka_flush(producer.get(), 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  std::unique_ptr<Reader> ReaderAt(Offset offset) {
    auto reader = PartitionReader::Open({address_, options_, admin_, guard_, retired_},
                                        {{kPartition, offset}});
    TL_CHECK(reader.ok());
    return *std::move(reader);
  }

  // What a reader ends with that has read all, once its fetches are told that they are out of
  // range: again and again, since the library takes the first end of a partition for that.
  Error EndOf(Reader& reader) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < give_up) {
      AnswerOutOfRange();
      const auto read = reader.Next(milliseconds(100));
      if (!read.ok()) return read.error();
      EXPECT_TRUE(read->empty());
    }
    return {Code::kDeadlineExceeded, "it did not end", "NO_END"};
  }

  static void ReadAll(Reader& reader, std::size_t records) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::size_t seen = 0;
    while (seen < records && std::chrono::steady_clock::now() < give_up) {
      const auto read = reader.Next(milliseconds(100));
      ASSERT_TRUE(read.ok()) << read.error().message;
      seen += read->size();
    }
    EXPECT_EQ(seen, records);
  }

  // The next fetch, from whichever broker, is told that it does not have the offset.
  void AnswerOutOfRange() {
    rd_kafka_mock_push_request_errors(brokers_.get(), kFetch, 1,
                                      RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE);
  }

  void TakeDown(std::int32_t broker) {
    TL_CHECK(rd_kafka_mock_broker_set_down(brokers_.get(), broker) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  const Client player_{rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)};
  const Mock brokers_{rd_kafka_mock_cluster_new(player_.get(), kBrokers)};
  const KafkaAddress address_ = Address();
  const KafkaOptions options_{.request_timeout = milliseconds(2'000), .log = {}, .on_check = {}};
  const std::unique_ptr<KafkaHandle> asker_ = Asker();
  const TopicAdmin admin_{*asker_, address_, options_, options_.request_timeout};
  TopicGuard guard_{admin_, address_, {.streams = {"registry"}, .partitions = 1}, options_};
  RetiredHandles retired_;
};

TEST_F(KafkaLeadershipTest, WhatTheLeaderOfMostBrokersDoesNotHaveIsLost) {
  Write(3);
  const auto reader = ReaderAt(0);
  ReadAll(*reader, 3);
  const Error end = EndOf(*reader);
  EXPECT_EQ(end.reason, "LOG_DAMAGED") << end.message;
  EXPECT_EQ(end.metadata.at("offset"), "3");
}

TEST_F(KafkaLeadershipTest, WhatALeaderOfThePastDoesNotHaveIsReadFromTheNext) {
  Write(3);
  auto reader = ReaderAt(0);
  ReadAll(*reader, 3);
  AnswerOutOfRange();
  Lead(2);
  Write(1);
  // The library may have heard of the next leader first; then it says nothing of the answer.
  std::size_t seen = 0;
  while (seen == 0) {
    const auto read = reader->Next(milliseconds(10'000));
    if (!read.ok()) {
      EXPECT_EQ(read.error().code, Code::kUnavailable) << read.error().message;
      EXPECT_EQ(read.error().reason, "LEADER_GONE");
      reader = ReaderAt(3);
      continue;
    }
    ASSERT_FALSE(read->empty());
    seen += read->size();
  }
  EXPECT_EQ(seen, 1U);
}

TEST_F(KafkaLeadershipTest, NothingIsLostWhereMostBrokersDoNotAnswer) {
  Write(3);
  const auto reader = ReaderAt(0);
  ReadAll(*reader, 3);
  TakeDown(2);
  TakeDown(3);
  const Error end = EndOf(*reader);
  EXPECT_EQ(end.code, Code::kUnavailable) << end.message;
  EXPECT_EQ(end.reason, "LEADER_UNCLEAR");
}

TEST_F(KafkaLeadershipTest, AnEndBelowWhatIsKnownIsBelievedOfTheLeaderOfMostBrokersAlone) {
  Write(3);
  const auto all = admin_.RangeReaching(kTopic, 0, 10);
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_EQ(all->end, 3U);
  TakeDown(3);
  const auto most = admin_.RangeReaching(kTopic, 0, 10);
  ASSERT_TRUE(most.ok()) << most.error().message;
  EXPECT_EQ(most->end, 3U);
  TakeDown(2);
  const auto one = admin_.RangeReaching(kTopic, 0, 10);
  ASSERT_FALSE(one.ok());
  EXPECT_EQ(one.error().reason, "LEADER_UNCLEAR");
  const auto known = admin_.RangeReaching(kTopic, 0, 3);
  EXPECT_TRUE(known.ok()) << known.error().message;
}

}  // namespace
}  // namespace twinledger::log
