// A replay of a small log: what its request lets through, and which requests are refused.
#include "audit/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/replay/commit_filter.h"
#include "audit/replay/event_text.h"
#include "tests/support/small_log.h"
#include "tests/support/temp_directory.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::audit {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Request = v1::ReplayCommitsRequest;

class ReplayTest : public ::testing::Test {
 protected:
  std::vector<std::string> Shown(const Request& request) {
    EXPECT_TRUE(CheckReplay(request).empty());
    std::vector<std::string> shown;
    const Result<void> replayed =
        Replay(small_.log(), small_.founding(), request,
               [&](const ReplayedCommit& commit) -> Result<void> {
                 shown.push_back(ToString(commit.partition) + "/" +
                                 std::to_string(commit.accepted.commit.sequence()));
                 EXPECT_EQ(crypto::Sha256(commit.bytes), commit.accepted.hash);
                 return {};
               });
    EXPECT_TRUE(replayed.ok()) << replayed.error().message;
    return shown;
  }

  Error Refusal(const Request& request) {
    const Result<void> checked = CheckReplay(request).Verdict();
    if (!checked) return checked.error();
    const Result<void> replayed = Replay(small_.log(), small_.founding(), request,
                                         [](const ReplayedCommit&) -> Result<void> { return {}; });
    EXPECT_FALSE(replayed.ok());
    return replayed.ok() ? Error() : replayed.error();
  }

  testing::TempDirectory temp_;
  testing::SmallLog small_{temp_.path() / "log"};
};

TEST_F(ReplayTest, ShowsTheCommitsThatTheRequestLetsThrough) {
  EXPECT_THAT(Shown(Request()), SizeIs(small_.commits()));
  Request of_risk;
  of_risk.set_stream("risk");
  of_risk.set_key_type("council");
  EXPECT_THAT(Shown(of_risk), ElementsAre("risk/0/2", "risk/0/3"));
  Request within;
  within.set_stream("risk");
  within.mutable_from()->mutable_time()->set_seconds(2);
  within.mutable_to()->mutable_time()->set_seconds(2);
  within.mutable_to()->mutable_time()->set_nanos(999'999'000);
  EXPECT_THAT(Shown(within), ElementsAre("risk/0/2"));
  Request of_one;
  of_one.set_stream("risk");
  of_one.set_partition(0);
  of_one.set_event_type("control");
  EXPECT_THAT(Shown(of_one), ElementsAre("risk/0/1"));
}

TEST_F(ReplayTest, GoesOnNoFurtherThanItIsLet) {
  int asked = 0;
  const Result<void> cut = Replay(
      small_.log(), small_.founding(), Request(),
      [](const ReplayedCommit&) -> Result<void> { return {}; },
      [&]() -> Result<void> {
        if (++asked < 3) return {};
        return Error{Code::kCancelled, "enough", "ENOUGH"};
      });
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().reason, "ENOUGH");
  EXPECT_EQ(asked, 3);
}

TEST_F(ReplayTest, WhatCanNeverMatchIsRefusedByTheNameOfItsField) {
  struct Case {
    const char* what;
    void (*set)(Request&);
    const char* reason;
    const char* message;
  };
  const Case cases[] = {
      {"stream", [](Request& r) { r.set_stream("regsitry"); }, "UNKNOWN_STREAM", "registry, risk"},
      {"partition",
       [](Request& r) {
         r.set_stream("risk");
         r.set_partition(2);
       },
       "UNKNOWN_PARTITION", "the last one is 1"},
      {"partition alone", [](Request& r) { r.set_partition(1); }, "INVALID_REQUEST", "stream: "},
      {"event", [](Request& r) { r.set_event_type("council_ammended"); }, "UNKNOWN_EVENT_TYPE",
       "council_amended"},
      {"event of another stream",
       [](Request& r) {
         r.set_stream("risk");
         r.set_event_type("council_amended");
       },
       "UNKNOWN_EVENT_TYPE", "of the stream risk"},
      {"actor", [](Request& r) { r.set_actor("first"); }, "INVALID_REQUEST",
       "actor: 'first' is no account"},
      {"key type", [](Request& r) { r.set_key_type("concil"); }, "INVALID_REQUEST",
       "key_type: 'concil' is no kind of entity"},
      {"key id",
       [](Request& r) {
         r.set_key_type("partner");
         r.set_key_id("xiamen");
       },
       "INVALID_REQUEST", "key_id: 'xiamen' is no UUID"},
      {"bound",
       [](Request& r) {
         r.mutable_to()->mutable_positions()->add_positions()->set_stream("regsitry");
       },
       "UNKNOWN_STREAM", "regsitry"},
      {"beyond the end",
       [](Request& r) {
         auto& position = *r.mutable_from()->mutable_positions()->add_positions();
         position.set_stream("risk");
         position.set_sequence(99);
       },
       "BEYOND_TAIL", "the last commit there is 3"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.what);
    Request request;
    each.set(request);
    const Error error = Refusal(request);
    EXPECT_EQ(error.reason, each.reason);
    EXPECT_THAT(error.message, HasSubstr(each.message));
  }
}

TEST(EventTextTest, TypesAreThoseOfTheDescriptorAndWhatCannotBeReadIsUnknown) {
  EXPECT_THAT(KnownTypes("registry"), Contains("relationship_established"));
  EXPECT_THAT(KnownTypes("weather"), SizeIs(0));
  registry::events::v1::RegistryEvent event;
  event.mutable_council_amended();
  log::v1::Commit commit;
  commit.add_events(event.SerializeAsString());
  commit.add_events("no event");
  commit.mutable_control();
  EXPECT_THAT(TypesIn("registry", commit), ElementsAre("council_amended", "unknown", "control"));
  EXPECT_THAT(TypesIn("weather", commit), ElementsAre("unknown", "unknown", "control"));
}

}  // namespace
}  // namespace twinledger::audit
