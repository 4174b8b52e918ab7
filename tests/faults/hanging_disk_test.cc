// A disk that hangs: the log's sync does not come back. Nobody can take the write back, so commands
// wait and are told to repeat at their deadline; reads go on, probes and health tell, and what was
// on its way is answered when the disk is back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <thread>

#include "tests/faults/loaded_server.h"
#include "tests/support/disk_faults.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

using ::testing::IsEmpty;

class HangingDiskTest : public ::testing::Test {
 protected:
  ~HangingDiskTest() override {
    if (HasFailure()) std::cout << server_.LogText();
  }

  // Within two minutes, which is long after the bound of ten seconds.
  bool ProbesSay(int state) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (support::Probe(server_.at().health, "") != state) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return true;
  }

  template <class Stub, class Call, class Request, class Response>
  grpc::Status Ask(Stub& stub, Call call, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return (stub.*call)(&context, request, &response);
  }

  const support::TemporaryFolder folder_;
  support::DiskFaults faults_{folder_.path()};
  LoadedServer server_{folder_.path() / "data", folder_.path(), faults_.environment()};
};

TEST_F(HangingDiskTest, ReadinessTellsOfASyncThatDoesNotComeBackAndAllGoesOnWhenItDoes) {
  constexpr int kServing = 1;
  constexpr int kNotServing = 2;
  ASSERT_TRUE(server_.Start()) << server_.LogText();
  server_.Load();
  ASSERT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  ASSERT_TRUE(ProbesSay(kServing));
  EXPECT_EQ(server_.LogText().find("DISK_HANGS"), std::string::npos);
  faults_.Set(
      {.fault = support::DiskFault::kHold, .calls = support::DiskCall::kSync, .path = "/log/"});
  ASSERT_TRUE(faults_.WaitUntilStruck());
  EXPECT_TRUE(ProbesSay(kNotServing)) << server_.LogText();
  EXPECT_TRUE(server_.WaitForLine("DISK_HANGS"));

  const auto operations = operations::v1::OperationsService::NewStub(server_.As("operator"));
  operations::v1::GetHealthResponse health;
  grpc::Status asked = Ask(*operations, &operations::v1::OperationsService::Stub::GetHealth,
                           operations::v1::GetHealthRequest(), health);
  ASSERT_TRUE(asked.ok()) << asked.error_message();
  EXPECT_EQ(health.state(), operations::v1::SERVER_STATE_DEGRADED);
  const auto registry = registry::v1::RegistryService::NewStub(server_.As("agency-analyst"));
  registry::v1::ListCouncilsResponse councils;
  asked = Ask(*registry, &registry::v1::RegistryService::Stub::ListCouncils,
              registry::v1::ListCouncilsRequest(), councils);
  EXPECT_TRUE(asked.ok()) << asked.error_message();
  EXPECT_GT(councils.councils_size(), 0);

  faults_.Heal();
  EXPECT_TRUE(server_.WaitForMore(100)) << server_.last_error();
  EXPECT_TRUE(ProbesSay(kServing));
  server_.EndLoad();
  EXPECT_THAT(server_.UnequalDigests(), IsEmpty());
  EXPECT_THAT(server_.Violations(), IsEmpty());
  std::cout << "a disk that hung: acknowledged " << server_.acknowledged() << ", unknown "
            << server_.unknown() << std::endl;
}

}  // namespace
}  // namespace twinledger
