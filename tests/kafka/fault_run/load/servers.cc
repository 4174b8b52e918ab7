#include "tests/kafka/fault_run/load/servers.h"

#include <absl/synchronization/notification.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <chrono>
#include <utility>

#include "platform/base/check.h"
#include "platform/identity/client_bundle.h"
#include "platform/rpc/errors.h"
#include "tests/support/server_process.h"
#include "twinledger/connection/retry.h"

namespace twinledger::faults {
namespace {

using google::protobuf::Message;

constexpr std::chrono::seconds kRepeatFor{4};
// Longer than a server waits for a broker, so that it is the server that says how it stands.
constexpr std::chrono::seconds kOnceFor{20};

client::Endpoint EndpointOf(const std::string& address, const std::filesystem::path& credentials) {
  const Result<identity::ClientBundle> bundle = identity::ReadBundle(credentials);
  TL_CHECK(bundle.ok());
  client::Endpoint endpoint;
  endpoint.servers = {.text = address, .addresses = {address}};
  endpoint.server_source = "the run";
  endpoint.folder = credentials;
  endpoint.ca_pem = bundle->authority_pem;
  endpoint.cert_pem = bundle->certificate_pem;
  endpoint.key_pem = bundle->key_pem;
  endpoint.not_after = WallTime::max();
  return endpoint;
}

}  // namespace

Servers::Servers(const std::vector<std::string>& addresses,
                 const std::filesystem::path& credentials, Patience patience)
    : addresses_(addresses), patience_(patience) {
  for (const std::string& address : addresses_) {
    if (patience_ == Patience::kOnce) {
      channels_.push_back(support::Connect(address, credentials));
    } else {
      connections_.push_back(std::make_unique<client::Connection>(
          EndpointOf(address, credentials),
          client::ConnectionOptions{.timeout = kRepeatFor, .connect_limit = kRepeatFor}));
    }
  }
}

Result<void> Servers::Call(std::size_t server, const std::string& method, const Message& request,
                           Message& response) {
  if (patience_ == Patience::kOnce) return CallOnce(server, method, request, response);
  return connections_[server]->Call(method, request, response);
}

Result<void> Servers::CallOnce(std::size_t server, const std::string& method,
                               const Message& request, Message& response) {
  grpc::TemplatedGenericStub<Message, Message> stub(channels_[server]);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kOnceFor);
  grpc::Status status;
  absl::Notification done;
  stub.UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status answered) {
    status = std::move(answered);
    done.Notify();
  });
  done.WaitForNotification();
  if (status.ok()) return {};
  return rpc::FromStatus(status);
}

bool Servers::SaysNotRecorded(const Error& error) const {
  // The writer's words for a record that certainly is not in the log.
  if (patience_ == Patience::kOnce && error.message.starts_with("Not recorded:")) return true;
  return client::IsNotRecorded(error) && !error.metadata.contains(client::kEarlierAttempt);
}

}  // namespace twinledger::faults
