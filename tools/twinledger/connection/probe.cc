#include "twinledger/connection/probe.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "grpc/health/v1/health.grpc.pb.h"
#include "twinledger/connection/unreachable.h"

namespace twinledger::client {

Result<void> Probe(const std::string& address, std::chrono::milliseconds timeout) {
  gpr_set_log_function([](gpr_log_func_args*) {});  // The status says it too.
  const auto health = grpc::health::v1::Health::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  grpc::health::v1::HealthCheckResponse answer;
  const grpc::Status status =
      health->Check(&context, grpc::health::v1::HealthCheckRequest(), &answer);
  if (!status.ok()) {
    return Error{Code::kUnavailable,
                 fmt::format("{}: no probe was answered there: {}; is it the server's "
                             "health_listen?",
                             address, status.error_message()),
                 "NOT_REACHED",
                 {{"server", address}}};
  }
  if (answer.status() == grpc::health::v1::HealthCheckResponse::SERVING) return {};
  return NotServing(address);
}

}  // namespace twinledger::client
