// grpc.health.v1 in plain text for probes of the same machine or pod: whether the whole, or one
// service by its full name, takes calls. Nothing else is served there. Clients ask the same where
// the services are (health_service.h).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <grpcpp/server.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/result.h"
#include "platform/rpc/unknown_method.h"
#include "platform/server/settings.h"

namespace twinledger::server {

// Threads: thread-safe.
class Health {
 public:
  // Everything is NOT_SERVING at first. UNAVAILABLE, reason ADDRESS_IN_USE.
  static Result<std::unique_ptr<Health>> Open(const Address& address);
  ~Health();

  const Address& address() const { return address_; }  // With the port that was taken.
  void Set(const std::string& service, bool serving);  // "" for the whole.
  // What was set last; nothing of a service that is not here.
  std::optional<bool> Serves(const std::string& service) const;

 private:
  Health(Address address, std::unique_ptr<rpc::UnknownMethod> no_method,
         std::unique_ptr<grpc::Server> server);

  const Address address_;
  const std::unique_ptr<rpc::UnknownMethod> no_method_;
  std::unique_ptr<grpc::Server> server_;
  mutable absl::Mutex mutex_;
  std::map<std::string, bool> serving_ ABSL_GUARDED_BY(mutex_);
};

// ADDRESS_IN_USE, for the setting that named the address.
Error AddressInUse(std::string_view setting, const Address& address);

}  // namespace twinledger::server
