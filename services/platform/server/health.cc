#include "platform/server/health.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "platform/server/server_options.h"

namespace twinledger::server {

Result<std::unique_ptr<Health>> Health::Open(const Address& address) {
  grpc::EnableDefaultHealthCheckService(true);  // For servers built until it is switched off.
  grpc::ServerBuilder builder;
  Limit(builder);
  // Also because a server starts only with a service of its own to wait for.
  auto no_method = std::make_unique<rpc::UnknownMethod>();
  builder.RegisterCallbackGenericService(no_method.get());
  int port = 0;
  builder.AddListeningPort(address.ToString(), grpc::InsecureServerCredentials(), &port);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  grpc::EnableDefaultHealthCheckService(false);
  if (server == nullptr || port == 0) return AddressInUse("health_listen", address);
  const Address bound{address.host, static_cast<std::uint16_t>(port)};
  std::unique_ptr<Health> health(new Health(bound, std::move(no_method), std::move(server)));
  health->Set("", false);
  return health;
}

Health::Health(Address address, std::unique_ptr<rpc::UnknownMethod> no_method,
               std::unique_ptr<grpc::Server> server)
    : address_(std::move(address)), no_method_(std::move(no_method)), server_(std::move(server)) {}

Health::~Health() {
  server_->GetHealthCheckService()->Shutdown();
  // Whoever watches has been told; nothing else is worth waiting for.
  server_->Shutdown(std::chrono::system_clock::now());
}

void Health::Set(const std::string& service, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(service, serving);
  const absl::MutexLock lock(&mutex_);
  serving_[service] = serving;
}

std::optional<bool> Health::Serves(const std::string& service) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = serving_.find(service);
  return found == serving_.end() ? std::nullopt : std::optional(found->second);
}

Error AddressInUse(std::string_view setting, const Address& address) {
  const std::string key(setting);
  return {Code::kUnavailable,
          key + " " + address.ToString() +
              ": cannot be listened on; choose another address, or stop what uses it",
          "ADDRESS_IN_USE",
          {{"setting", key}, {"address", address.ToString()}}};
}

}  // namespace twinledger::server
