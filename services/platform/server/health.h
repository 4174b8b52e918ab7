// grpc.health.v1 in plain text for probes of the same machine or pod: whether the whole, or one
// service by its full name, takes calls. Nothing else is served there.
#pragma once

#include <grpcpp/server.h>

#include <cstdint>
#include <memory>
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

 private:
  Health(Address address, std::unique_ptr<rpc::UnknownMethod> no_method,
         std::unique_ptr<grpc::Server> server);

  const Address address_;
  const std::unique_ptr<rpc::UnknownMethod> no_method_;
  std::unique_ptr<grpc::Server> server_;
};

// ADDRESS_IN_USE, for the setting that named the address.
Error AddressInUse(std::string_view setting, const Address& address);

}  // namespace twinledger::server
