// What a call costs before anything is done with it: answers CreateCouncil with what it was asked,
// behind the same TLS as twinledgerd's. echo_server IDENTITY_FOLDER writes its address to stdout
// and serves until it is killed, or its parent is gone.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>

#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/server/server_options.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

class Echo final : public registry::v1::RegistryService::CallbackService {
  grpc::ServerUnaryReactor* CreateCouncil(grpc::CallbackServerContext* context,
                                          const registry::v1::CreateCouncilRequest* request,
                                          registry::v1::CreateCouncilResponse* response) override {
    *response->mutable_council() = request->council();
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

void Serve(const char* identity_folder) {
  const SystemClock clock;
  crypto::SystemRandom random;
  const auto authority = identity::Authority::Open(identity_folder, {}, clock, random);
  TL_CHECK(authority.ok());
  Echo echo;
  grpc::ServerBuilder builder;
  server::Limit(builder);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", server::MutualTls(authority->server()), &port);
  builder.RegisterService(&echo);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  TL_CHECK(server != nullptr);
  std::printf("127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
}

}  // namespace
}  // namespace twinledger

int main(int count, char** words) {
  if (count != 2) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  twinledger::Serve(words[1]);
}
