// What every adapter promises (services/platform/log/event_log.h), and nothing that only some keep.
// An append may be reported ambiguous, a record may land late or twice, and an adapter may refuse a
// record that does not follow the tip or let it land as void: the tests allow it all, and hold an
// adapter that is sure of its reports to it.
#include "platform/log/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/contract/event_log_contract.h"

namespace twinledger::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ChainWriter;
using testing::TestFounding;
using Kind = AppendOutcome::Kind;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_P(EventLogContract, AnEmptyPartitionEndsAtZero) {
  EXPECT_EQ(*log().Tail(kFirst), 0U);
  EXPECT_EQ(*log().Tail(kOtherStream), 0U);
  EXPECT_TRUE(log().OpenReader({{kFirst, 0}}).ok());
}

TEST_P(EventLogContract, EveryPartitionOfAFoundedLogHoldsItsFounding) {
  FoundLogUnderTest();
  for (const PartitionId& partition : kPartitions) {
    SCOPED_TRACE(ToString(partition));
    EXPECT_EQ(Accepted(partition).size(), 1U);
  }
}

TEST_P(EventLogContract, FoundingAgainFindsTheSameFounding) {
  FoundLogUnderTest();
  Reopen();
  const auto again = Found(founder_);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->root_hash, founding_.root_hash);
  const auto read = ReadFounding(log(), kFirst, founding_.root_hash);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->root_hash, founding_.root_hash);
}

TEST_P(EventLogContract, AnotherFounderIsToldThatTheLogIsNotItsOwn) {
  FoundLogUnderTest();
  const auto other = Found(TestFounding("other", 2, {"registry", "audit"}));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().reason, "OTHER_FOUNDING");
}

TEST_P(EventLogContract, OffsetsOfEachPartitionCountWithoutAGap) {
  FoundLogUnderTest();
  std::map<PartitionId, std::vector<std::string>> appended;
  std::map<PartitionId, ChainWriter> writers;
  for (const PartitionId& partition : kPartitions) {
    writers.emplace(partition, WriterOf(partition));
    appended[partition] = Accepted(partition);
  }
  for (int round = 0; round < 5; ++round) {
    for (auto& [partition, writer] : writers) {
      appended[partition].push_back(writer.Next());
      ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(partition, appended[partition].back()));
    }
  }
  for (const PartitionId& partition : kPartitions) {
    SCOPED_TRACE(ToString(partition));
    const std::vector<StoredRecord> all = ReadAll(partition);
    for (Offset offset = 0; offset < all.size(); ++offset) {
      EXPECT_EQ(all[offset].offset, offset);
      EXPECT_EQ(all[offset].partition, partition);
    }
    EXPECT_THAT(Accepted(partition), ElementsAreArray(appended[partition]));
  }
}

TEST_P(EventLogContract, ReadsBackTheExactBytes) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  std::vector<std::string> records;
  for (const std::string& payload : {std::string(), every_byte, std::string(1000, '\0')}) {
    writer.set_payload(payload);
    records.push_back(writer.Next());
    ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(kFirst, records.back()));
  }
  std::vector<std::string> accepted = Accepted(kFirst);
  accepted.erase(accepted.begin());  // The founding.
  EXPECT_THAT(accepted, ElementsAreArray(records));
}

// A record of exactly `size` bytes at the writer's tip.
std::string RecordOfSize(ChainWriter& writer, std::size_t size) {
  const auto with_payload = [&](std::size_t payload) {
    writer.set_payload(std::string(payload, 'x'));
    ChainWriter probe = writer;
    return probe.Next();
  };
  // Lengths are varints, so the overhead is that of a payload of nearly that size.
  const std::size_t overhead = with_payload(size - 1000).size() - (size - 1000);
  return with_payload(size - overhead);
}

TEST_P(EventLogContract, TakesARecordOfTheLargestSize) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  const std::string record = RecordOfSize(writer, kRecordBytesMax);
  ASSERT_EQ(record.size(), kRecordBytesMax);
  ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(kFirst, record));
  EXPECT_EQ(Accepted(kFirst).back(), record);
}

TEST_P(EventLogContract, RefusesARecordThatIsTooLargeAndSaysHowLargeOneMayBe) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  const std::string record = RecordOfSize(writer, kRecordBytesMax + 1);
  ASSERT_EQ(record.size(), kRecordBytesMax + 1);
  const AppendOutcome outcome = AppendOnce(kFirst, record);
  EXPECT_EQ(outcome.kind, Kind::kNotAppended);
  EXPECT_EQ(outcome.error.code, Code::kInvalidArgument);
  EXPECT_EQ(outcome.error.reason, "BAD_RECORD");
  EXPECT_THAT(outcome.error.message, HasSubstr(std::to_string(kRecordBytesMax)));
  EXPECT_EQ(Accepted(kFirst).size(), 1U);
}

TEST_P(EventLogContract, TheTailIsBehindEveryAppendThatWasAcknowledged) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  for (int i = 0; i < 10; ++i) {
    const Offset before = *log().Tail(kFirst);
    const std::string record = writer.Next();
    const AppendOutcome outcome = AppendOnce(kFirst, record);
    if (GetParam().sure) {
      ASSERT_EQ(outcome.offset, before);
    }
    if (outcome.kind == Kind::kAppended) {
      ASSERT_GE(outcome.offset, before);
      ASSERT_GT(*log().Tail(kFirst), outcome.offset);
      ASSERT_EQ(ReadAll(kFirst)[outcome.offset].bytes, record);
    }
  }
}

TEST_P(EventLogContract, AReaderBeginsAtItsOffset) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  for (int i = 0; i < 4; ++i) {
    ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(kFirst, writer.Next()));
  }
  const std::vector<StoredRecord> all = ReadAll(kFirst);
  const std::vector<StoredRecord> rest = ReadAll(kFirst, 3);
  ASSERT_GE(rest.size(), all.size() - 3);
  EXPECT_EQ(rest[0].offset, 3U);
  EXPECT_EQ(rest[0].bytes, all[3].bytes);
}

TEST_P(EventLogContract, AReaderBeyondTheEndIsOutOfRange) {
  FoundLogUnderTest();
  Await([this] { return *log().Tail(kFirst) >= 1; });
  const Offset tail = *log().Tail(kFirst);
  EXPECT_TRUE(log().OpenReader({{kFirst, tail}}).ok());
  const auto reader = log().OpenReader({{kSecond, 0}, {kFirst, tail + 10}});
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, Code::kOutOfRange);
  EXPECT_THAT(reader.error().message, HasSubstr("registry/0"));
}

TEST_P(EventLogContract, AReaderAtTheTailSeesWhatIsAppendedLater) {
  FoundLogUnderTest();
  const auto reader = *log().OpenReader({{kFirst, *log().Tail(kFirst)}});
  const std::string record = WriterOf(kFirst).Next();
  ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(kFirst, record));
  std::vector<std::string> seen;
  while (seen.empty() || seen.back() != record) {
    const auto read = reader->Next(seconds(10));
    ASSERT_TRUE(read.ok()) << read.error().message;
    ASSERT_THAT(*read, ::testing::Not(IsEmpty()));
    for (const StoredRecord& stored : *read) seen.push_back(stored.bytes);
  }
}

TEST_P(EventLogContract, AWaitingReaderWakesWhenSomethingLands) {
  FoundLogUnderTest();
  const std::string record = WriterOf(kFirst).Next();
  const auto reader = *log().OpenReader({{kFirst, *log().Tail(kFirst)}});
  std::jthread appender([&] { AppendUntilAccepted(kFirst, record); });
  const auto give_up = std::chrono::steady_clock::now() + seconds(30);
  bool seen = false;
  while (!seen && std::chrono::steady_clock::now() < give_up) {
    const auto read = reader->Next(seconds(10));
    ASSERT_TRUE(read.ok()) << read.error().message;
    for (const StoredRecord& stored : *read) seen = seen || stored.bytes == record;
  }
  EXPECT_TRUE(seen);
}

TEST_P(EventLogContract, OneReaderFollowsSeveralPartitionsEachInOrder) {
  FoundLogUnderTest();
  std::vector<ReadFrom> from;
  std::map<PartitionId, Offset> next;
  for (const PartitionId& partition : kPartitions) from.push_back({partition, 0});
  const auto reader = *log().OpenReader(from);
  for (int round = 0; round < 3; ++round) {
    for (const PartitionId& partition : kPartitions) {
      ChainWriter writer = WriterOf(partition);
      ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(partition, writer.Next()));
    }
  }
  const auto behind = [&] {
    return std::any_of(kPartitions.begin(), kPartitions.end(),
                       [&](const PartitionId& id) { return next[id] < *log().Tail(id); });
  };
  while (behind()) {
    const auto read = reader->Next(seconds(10));
    ASSERT_TRUE(read.ok()) << read.error().message;
    for (const StoredRecord& stored : *read) ASSERT_EQ(stored.offset, next[stored.partition]++);
  }
}

TEST_P(EventLogContract, OfTwoRecordsBehindTheSameTipOneIsAccepted) {
  FoundLogUnderTest();
  for (int round = 0; round < 10; ++round) {
    ChainWriter one = WriterOf(kFirst);
    ChainWriter other = one;
    one.set_payload("one");
    other.set_payload("other");
    const std::string records[] = {one.Next(), other.Next()};
    Outcomes outcomes;
    {
      const auto first = *log().OpenSession();
      const auto second = *log().OpenSession();
      first->Append(kFirst, records[0], outcomes.Expect(0));
      second->Append(kFirst, records[1], outcomes.Expect(1));
      Await([&] { return outcomes.size() == 2; });
    }
    for (const auto& [number, reported] : outcomes.all()) {
      ASSERT_EQ(reported.size(), 1U);
      if (GetParam().sure && reported[0].kind == Kind::kNotAppended) {
        EXPECT_EQ(reported[0].error.code, Code::kAborted);
        EXPECT_EQ(reported[0].error.reason, "NOT_AT_TIP");
      }
    }
    const std::vector<std::string> accepted = Accepted(kFirst);
    const auto count = std::count(accepted.begin(), accepted.end(), records[0]) +
                       std::count(accepted.begin(), accepted.end(), records[1]);
    if (GetParam().sure) {
      EXPECT_EQ(count, 1);
    } else {
      EXPECT_LE(count, 1);
    }
  }
}

TEST_P(EventLogContract, NoCallbackRunsOnceItsSessionIsDestroyed) {
  FoundLogUnderTest();
  ChainWriter writer = WriterOf(kFirst);
  Outcomes outcomes;
  {
    const auto session = *log().OpenSession();
    for (int i = 0; i < 200; ++i) session->Append(kFirst, writer.Next(), outcomes.Expect(i));
  }
  const std::size_t reported = outcomes.size();
  // Whatever the old session left lands before or after this; none of it is reported.
  for (int i = 0; i < 20; ++i) {
    AppendOnce(kSecond, WriterOf(kSecond).Next());
    ASSERT_EQ(outcomes.size(), reported);
  }
}

TEST_P(EventLogContract, ReopeningKeepsEveryRecord) {
  FoundLogUnderTest();
  for (int round = 0; round < 3; ++round) {
    for (const PartitionId& partition : kPartitions) {
      ASSERT_NO_FATAL_FAILURE(AppendUntilAccepted(partition, WriterOf(partition).Next()));
    }
    std::map<PartitionId, std::vector<std::string>> before;
    for (const PartitionId& partition : kPartitions) before[partition] = Accepted(partition);
    Reopen();
    for (const PartitionId& partition : kPartitions) {
      ASSERT_THAT(Accepted(partition), ElementsAreArray(before[partition]));
    }
  }
}

TEST_P(EventLogContract, AThousandAppendsAtOnceAreEachReportedOnceAndLandInOrder) {
  FoundLogUnderTest();
  constexpr int kEach = 250;
  std::map<PartitionId, std::vector<std::string>> records;
  for (const PartitionId& partition : kPartitions) {
    ChainWriter writer = WriterOf(partition);
    for (int i = 0; i < kEach; ++i) records[partition].push_back(writer.Next());
  }
  std::map<PartitionId, Outcomes> outcomes;
  std::map<PartitionId, std::unique_ptr<AppendSession>> sessions;
  for (const PartitionId& partition : kPartitions) {
    sessions.emplace(partition, *log().OpenSession());
    outcomes.try_emplace(partition);
  }
  {
    std::vector<std::jthread> threads;
    for (const PartitionId& partition : kPartitions) {
      threads.emplace_back([&, partition] {
        for (int i = 0; i < kEach; ++i) {
          sessions.at(partition)->Append(partition,
                                         records.at(partition)[static_cast<std::size_t>(i)],
                                         outcomes.at(partition).Expect(i));
        }
      });
    }
  }
  for (const PartitionId& partition : kPartitions) {
    SCOPED_TRACE(ToString(partition));
    Await([&] { return outcomes.at(partition).size() == kEach; });
    const std::vector<StoredRecord> stored = ReadAll(partition);
    std::optional<Offset> previous;
    for (const auto& [number, reported] : outcomes.at(partition).all()) {
      ASSERT_EQ(reported.size(), 1U);
      if (GetParam().sure) {
        ASSERT_EQ(reported[0].kind, Kind::kAppended);
      }
      if (reported[0].kind != Kind::kAppended) continue;
      ASSERT_LT(reported[0].offset, stored.size());
      ASSERT_EQ(stored[reported[0].offset].bytes,
                records.at(partition)[static_cast<std::size_t>(number)]);
      if (previous) {
        ASSERT_GT(reported[0].offset, *previous);
      }
      previous = reported[0].offset;
    }
  }
}

TEST_P(EventLogContract, WhatIsReportedAsNotAppendedIsNeverThere) {
  FoundLogUnderTest();
  std::set<std::string> not_appended;
  for (int i = 0; i < 30; ++i) {
    ChainWriter writer = WriterOf(kFirst);
    writer.set_payload(std::to_string(i));  // Otherwise a repeated attempt makes the same bytes.
    const std::string record = writer.Next();
    if (AppendOnce(kFirst, record).kind == Kind::kNotAppended) not_appended.insert(record);
  }
  for (const StoredRecord& stored : ReadAll(kFirst)) {
    EXPECT_FALSE(not_appended.contains(stored.bytes)) << stored.offset;
  }
}

INSTANTIATE_TEST_SUITE_P(Adapters, EventLogContract, ::testing::ValuesIn(testing::AllAdapters()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace twinledger::log
