// The power of a user's machine is cut right after each thing that an outbox has answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "tests/support/cuttable_disk.h"
#include "tests/support/server_process.h"
#include "twinledger/outbox/store.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainerEq;

class OutboxPowerCutTest : public ::testing::Test {
 protected:
  OutboxPowerCutTest() { disk_.Sync(); }

  Outbox Open() const {
    return *Outbox::Open(folder_.path() / "mounted/share/twinledger/outbox",
                         {.account = "spiffe://twinledger.internal/agency-analyst/a",
                          .authority = std::string(32, 'a')});
  }
  // `tries` by the ids of the entries that are to be there.
  void ExpectAfterACut(const std::map<std::string, std::uint32_t>& tries) {
    disk_.CutPower();
    disk_.PowerOn();
    const Outbox outbox = Open();
    std::map<std::string, std::uint32_t> found;
    const std::vector<EntryName> names = *outbox.Names();
    for (const EntryName& name : names) {
      const auto entry = outbox.Load(name);
      ASSERT_TRUE(entry.ok()) << entry.error().message;
      found[name.id] = entry->tries();
    }
    EXPECT_THAT(found, ContainerEq(tries));
  }
  static outbox::v1::Entry Gift() {
    crypto::SystemRandom random;
    engagement::v1::SubmitRecordRequest request;
    request.set_request_id(RandomUuid(random));
    request.mutable_record()->mutable_gift()->set_description("a vase");
    return EntryOf(request, WallTime(5s));
  }

  support::TemporaryFolder folder_;
  support::CuttableDisk disk_{folder_.path() / "disk", folder_.path() / "mounted"};
};

TEST_F(OutboxPowerCutTest, WhatWasKeptChangedOrTakenOutIsSoAfterwards) {
  std::map<std::string, std::uint32_t> tries;
  for (int i = 0; i < 3; ++i) {
    tries[Open().Add(Gift(), {.longest = 60s})->id] = 0;
    ExpectAfterACut(tries);
  }
  const EntryName first = Open().Names()->front();
  outbox::v1::Entry tried = *Open().Load(first);
  tried.set_tries(1);
  ASSERT_TRUE(Open().Replace(first, tried));
  tries[first.id] = 1;
  ExpectAfterACut(tries);
  ASSERT_TRUE(Open().Remove(first));
  tries.erase(first.id);
  ExpectAfterACut(tries);
}

}  // namespace
}  // namespace twinledger::client
