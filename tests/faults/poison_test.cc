// Events that this program cannot apply, rightly signed: of a kind that it does not know, bytes
// that are no event, nesting without end, and one of an entity that is not there. Each parks its
// entity and that alone: reads of it say so, the rest is read and written on, and a rebuild comes
// to the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "platform/base/uuid.h"
#include "platform/rpc/errors.h"
#include "tests/faults/key_holder.h"
#include "tests/faults/load_fixture.h"
#include "tests/support/client_process.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kBesidePoison = 8;

std::string OfAnUnknownKind() {
  registry::events::v1::RegistryEvent event;
  event.GetReflection()->MutableUnknownFields(&event)->AddLengthDelimited(900, "of tomorrow");
  return event.SerializeAsString();
}

// Groups within groups, as only an attacker writes them.
std::string TooDeep() {
  constexpr int kDepth = 20'000;
  constexpr char kStartGroup = '\x7b';  // Field 15.
  constexpr char kEndGroup = '\x7c';
  return std::string(kDepth, kStartGroup) + std::string(kDepth, kEndGroup);
}

// Ends what never began.
std::string OfNothing() {
  registry::events::v1::RegistryEvent event;
  event.mutable_relationship_ended()->set_council_id("of-nothing");
  event.mutable_relationship_ended()->set_relationship_id("never-there");
  return event.SerializeAsString();
}

class PoisonTest : public LoadedServerTest {
 protected:
  struct Shown {
    bool incomplete = false;
    std::string error;
  };

  Shown Read(const std::string& council) {
    registry::v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    request.mutable_read_options()->set_latest(true);
    registry::v1::GetCouncilResponse response;
    grpc::ClientContext context;
    const grpc::Status status = registry::v1::RegistryService::NewStub(As("auditor"))
                                    ->GetCouncil(&context, request, &response);
    return {response.read_position().incomplete(), status.error_message()};
  }

  std::string AmendReason(const std::string& council) {
    const auto stub = registry::v1::RegistryService::NewStub(As("agency-approver"));
    registry::v1::GetCouncilRequest get;
    get.set_name("councils/" + council);
    registry::v1::GetCouncilResponse read;
    grpc::ClientContext reading;
    EXPECT_TRUE(stub->GetCouncil(&reading, get, &read).ok());
    registry::v1::UpdateCouncilRequest request;
    *request.mutable_council() = read.council();
    request.mutable_council()->set_display_name("Another name");
    request.mutable_update_mask()->add_paths("display_name");
    request.set_etag(read.council().etag());
    request.set_request_id(RandomUuid(ids_));
    registry::v1::UpdateCouncilResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub->UpdateCouncil(&context, request, &response);
    return status.ok() ? "OK" : rpc::FromStatus(status).reason;
  }

  std::uint64_t ParkedOf(const std::string& projection) {
    grpc::ClientContext context;
    operations::v1::ListProjectionsResponse response;
    const grpc::Status status = operations::v1::OperationsService::NewStub(As("operator"))
                                    ->ListProjections(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::uint64_t parked = 0;
    for (const auto& each : response.projections()) {
      if (each.name() != projection) continue;
      for (const auto& partition : each.partitions()) {
        parked += partition.parked();
        EXPECT_EQ(partition.stopped(), "");
      }
    }
    return parked;
  }

  void ExpectParked(const std::map<std::string, std::string>& poisons) {
    for (int i = 0; i < 20; ++i) AwaitProgress();
    for (const auto& [council, event] : poisons) {
      const Shown shown = Read(council);
      EXPECT_EQ(shown.error, "") << council;
      EXPECT_TRUE(shown.incomplete) << council;
      EXPECT_EQ(AmendReason(council), "ENTITY_PARKED") << council;
    }
    EXPECT_FALSE(Read("sound").incomplete);
    EXPECT_EQ(ParkedOf("registry"), poisons.size());
    const support::ClientRun health = support::Client(root()).Run(
        {"--as", "operator", "health", "--explain", "--data-dir", data()});
    EXPECT_THAT(health.out + health.err,
                HasSubstr("cannot apply; answers about them say incomplete"));
    EXPECT_EQ(health.exit, 0) << health.err;
  }

  crypto::SystemRandom ids_;
};

TEST_F(PoisonTest, WhatCannotBeAppliedParksItsEntityAndNothingElse) {
  const std::map<std::string, std::string> poisons{{"unknown-kind", OfAnUnknownKind()},
                                                   {"no-event", "\xff\xff\xff\xff"},
                                                   {"too-deep", TooDeep()},
                                                   {"of-nothing", OfNothing()}};
  Start();
  for (const auto& [council, event] : poisons) MakeCouncil(council);
  MakeCouncil("sound");
  EXPECT_EQ(ParkedOf("registry"), 0u);  // The control.
  EXPECT_FALSE(Read("unknown-kind").incomplete);
  Stop();
  {
    KeyHolder hand(data());
    for (const auto& [council, event] : poisons) {
      log::v1::EntityKey key;
      key.set_type("council");
      key.set_id(council);
      hand.Append("registry", key, event);
      hand.Append("registry", key, event);  // Waits behind the first.
    }
  }
  Start();
  StartClients(kBesidePoison);  // Of all partitions, those with poison in them too.
  ExpectParked(poisons);
  EXPECT_EQ(AmendReason("sound"), "OK");
  Kill();
  Start();
  ExpectParked(poisons);
  FinishClients();
  grpc::ClientContext context;
  operations::v1::RebuildProjectionRequest request;
  request.set_name("registry");
  const auto reader = operations::v1::OperationsService::NewStub(As("operator"))
                          ->RebuildProjection(&context, request);
  operations::v1::RebuildProjectionResponse step;
  while (reader->Read(&step)) continue;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_TRUE(step.comparison().equal()) << "L7 " << step.ShortDebugString();
  EXPECT_EQ(ParkedOf("registry"), poisons.size());
  std::cout << "poisons " << poisons.size() << ", parked " << ParkedOf("registry")
            << " in the registry, " << ParkedOf("engagement") << " in engagement, "
            << ParkedOf("reporting") << " in reporting\n";
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace twinledger
