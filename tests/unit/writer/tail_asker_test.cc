// Where a log ends, as a broker may say it.
#include "platform/writer/tail_asker.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace twinledger::writer {
namespace {

const log::PartitionId kPartition{"registry", 3};

// Says what a test wants to hear.
class ToldLog final : public log::EventLog {
 public:
  Result<log::Offset> tail = log::Offset(0);
  log::Offset end = 0;  // How far it can be read, whatever `tail` says.

  Result<std::unique_ptr<log::AppendSession>> OpenSession() override {
    return Error{Code::kUnimplemented, "", ""};
  }
  Result<std::unique_ptr<log::Reader>> OpenReader(std::vector<log::ReadFrom> from) override {
    if (from.at(0).offset > end) return Error{Code::kOutOfRange, "", ""};
    return std::unique_ptr<log::Reader>(std::make_unique<ToldReader>(from.at(0), end));
  }
  Result<log::Offset> Tail(const log::PartitionId&) override { return tail; }

 private:
  class ToldReader final : public log::Reader {
   public:
    ToldReader(log::ReadFrom from, log::Offset end) : from_(std::move(from)), end_(end) {}
    Result<std::vector<log::StoredRecord>> Next(std::chrono::milliseconds) override {
      std::vector<log::StoredRecord> records;
      if (from_.offset < end_) records.push_back({from_.partition, from_.offset, "record"});
      return records;
    }

   private:
    const log::ReadFrom from_;
    const log::Offset end_;
  };
};

Result<log::Offset> Asked(log::EventLog& log, TailAsked asked) {
  Result<log::Offset> answer = log::Offset(0);
  absl::Notification told;
  TailAsker asker(log);
  asker.Ask(std::move(asked), [&](const Result<log::Offset>& tail) {
    answer = tail;
    told.Notify();
  });
  told.WaitForNotification();
  return answer;
}

TEST(TailAskerTest, AnEndBehindWhatWasReadIsPassedOn) {
  ToldLog log;
  log.tail = log::Offset(12);
  EXPECT_EQ(*Asked(log, {kPartition, 12, 11}), 12U);
  EXPECT_EQ(*Asked(log, {kPartition, 0, {}}), 12U);
}

TEST(TailAskerTest, AnErrorIsPassedOn) {
  ToldLog log;
  log.tail = Error{.code = Code::kUnavailable, .message = "No broker.", .reason = "DOWN"};
  EXPECT_EQ(Asked(log, {kPartition, 12, 11}).error().reason, "DOWN");
}

TEST(TailAskerTest, ALowEndIsNotBelievedWhileTheRecordAtTheCursorIsThere) {
  ToldLog log;
  log.tail = log::Offset(7);
  log.end = 12;
  EXPECT_EQ(Asked(log, {kPartition, 12, 11}).error().reason, "TAIL_NOT_BELIEVED");
}

TEST(TailAskerTest, ALowEndIsPassedOnOnceTheRecordAtTheCursorIsGone) {
  ToldLog log;
  for (const log::Offset end : {7, 11}) {
    log.tail = end;
    log.end = end;
    EXPECT_EQ(*Asked(log, {kPartition, 12, 11}), end);
  }
}

}  // namespace
}  // namespace twinledger::writer
