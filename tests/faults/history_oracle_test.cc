// The oracle is itself tested: a good run passes, and each way of spoiling it is named.
#include "tests/support/history_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace twinledger::support {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Kind = HistoryEvent::Kind;

const log::PartitionId kJudged{"registry", 0};

struct Course {
  std::vector<HistoryEvent> history;
  LogFacts log;

  std::vector<CommitFact>& commits() { return log.partitions[kJudged]; }
};

// Three requests one after another; the second was unknown first.
Course GoodCourse() {
  Course run;
  run.commits() = {{1, "h1", "a", 10}, {2, "h2", "b", 20}, {3, "h3", "c", 20}};
  run.history = {{Kind::kInvoke, "a", "d", "", 1}, {Kind::kOk, "a", "registry/0/1", "h1", 2},
                 {Kind::kInvoke, "b", "d", "", 3}, {Kind::kUnknown, "b", "REPEAT", "", 4},
                 {Kind::kInvoke, "b", "d", "", 5}, {Kind::kOk, "b", "registry/0/2", "h2", 6},
                 {Kind::kInvoke, "x", "d", "", 7}, {Kind::kFail, "x", "INVALID", "", 8},
                 {Kind::kInvoke, "c", "d", "", 9}, {Kind::kOk, "c", "registry/0/3", "h3", 10}};
  return run;
}

TEST(HistoryOracleTest, AGoodRunHasNoViolation) {
  const Course run = GoodCourse();
  EXPECT_THAT(Violations(run.history, run.log), IsEmpty());
}

TEST(HistoryOracleTest, EveryWayOfSpoilingARunIsNamed) {
  const struct {
    const char* what;
    std::function<void(Course&)> spoil;
    const char* violation;
  } kCases[] = {
      {"the last commit lost", [](Course& run) { run.commits().pop_back(); }, "L1"},
      {"a commit dropped, and the ones behind it numbered anew",
       [](Course& run) {
         run.commits().erase(run.commits().begin() + 1);
         run.commits()[1].sequence = 2;
       },
       "L1"},
      {"two commits swapped in the log alone",
       [](Course& run) {
         std::swap(run.commits()[1].hash, run.commits()[2].hash);
         std::swap(run.commits()[1].request_id, run.commits()[2].request_id);
       },
       "L1"},
      {"a commit altered", [](Course& run) { run.commits()[1].hash = "other"; }, "L1"},
      {"a forged receipt", [](Course& run) { run.history[1].what = "registry/0/9"; }, "L1"},
      {"a forged hash in a receipt", [](Course& run) { run.history[1].commit_hash = "other"; },
       "L1"},
      {"a receipt of another's commit",
       [](Course& run) {
         run.history[1].what = run.history[5].what;
         run.history[1].commit_hash = run.history[5].commit_hash;
       },
       "L1"},
      {"an answer to what nobody recorded",
       [](Course& run) {
         run.history.push_back({Kind::kInvoke, "n", "d", "", 11});
         run.history.push_back({Kind::kOk, "n", "registry/0/4", "h4", 12});
       },
       "L1"},
      {"a commit of another request", [](Course& run) { run.commits()[2].request_id = "z"; }, "L1"},
      {"a request done twice",
       [](Course& run) {
         run.commits().push_back({4, "h4", "a", 30});
       },
       "L2"},
      {"a commit repeated as it is",
       [](Course& run) {
         run.commits().push_back(run.commits()[0]);
         run.commits().back().sequence = 4;
         run.commits().back().record_time_us = 30;
       },
       "L2"},
      {"a failed request done",
       [](Course& run) {
         run.commits().push_back({4, "h4", "x", 30});
       },
       "L3"},
      {"a request never settled", [](Course& run) { run.history.pop_back(); }, "L4"},
      {"another answer to a repeated request",
       [](Course& run) {
         run.history.push_back({Kind::kOk, "a", "registry/0/2", "h2", 11});
       },
       "L4"},
      {"a gap", [](Course& run) { run.commits().erase(run.commits().begin()); }, "L5"},
      {"time goes back", [](Course& run) { run.commits()[2].record_time_us = 5; }, "L5"},
      {"two commits swapped",
       [](Course& run) {
         std::swap(run.commits()[0].request_id, run.commits()[2].request_id);
         std::swap(run.history[1].what, run.history[9].what);
         std::swap(run.history[1].commit_hash, run.history[9].commit_hash);
       },
       "L6"},
      {"a request that stands before one that was answered before it was sent",
       [](Course& run) {
         run.commits() = {{1, "h1", "a", 10}, {2, "h3", "c", 20}, {3, "h2", "b", 20}};
         run.history[5].what = "registry/0/3";
         run.history[9].what = "registry/0/2";
       },
       "L6"},
      {"a void record", [](Course& run) { run.log.voids = 1; }, "L8"},
  };
  ASSERT_THAT(Violations(GoodCourse().history, GoodCourse().log), IsEmpty());
  for (const auto& [what, spoil, violation] : kCases) {
    SCOPED_TRACE(what);
    Course run = GoodCourse();
    spoil(run);
    EXPECT_THAT(Violations(run.history, run.log), Contains(StartsWith(violation)));
  }
}

}  // namespace
}  // namespace twinledger::support
