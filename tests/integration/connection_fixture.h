// A client's connection to scripted servers of one authority.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/client_bundle.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_directory.h"
#include "twinledger/connection/connection.h"
#include "twinledger/connection/rendezvous.h"
#include "twinledger/connection/routing_key.h"
#include "twinledger/registry/v1/councils.pb.h"

namespace twinledger::client {

inline constexpr const char* kGetCouncil = "/twinledger.registry.v1.RegistryService/GetCouncil";
inline constexpr const char* kName = "ledger.example";  // Of each server.

inline support::Reply Answers(const support::SeenCall&) { return {}; }

inline Error Says(Code code, const char* reason) {
  return {.code = code, .message = std::string("said ") + reason, .reason = reason};
}

class ConnectionFixture : public ::testing::Test {
 protected:
  ConnectionFixture()
      : authority_(*identity::Authority::Open(folder_.path() / "identity",
                                              {.server_names = {kName}}, clock_, random_)) {}

  template <class... Behaviour>
  std::unique_ptr<support::ScriptedServer> Server(const Behaviour&... behaviour) {
    return ServerOf(authority_, behaviour...);
  }
  std::unique_ptr<support::ScriptedServer> Server() { return Server(Answers); }
  // Of each two servers of a test either is the first for some council: of one pair of addresses in
  // a hundred all eight partitions are one's.
  template <class... Behaviour>
  std::unique_ptr<support::ScriptedServer> ServerOf(const identity::Authority& authority,
                                                    const Behaviour&... behaviour) {
    std::unique_ptr<support::ScriptedServer> server;
    const auto shares = [&server](const std::string& other) {
      const std::vector<std::string> both = {server->address(), other};
      return FindCouncilOf(both[0], both) && FindCouncilOf(both[1], both);
    };
    do {
      server = std::make_unique<support::ScriptedServer>(authority.server(), behaviour...);
    } while (!std::ranges::all_of(addresses_, shares));
    addresses_.push_back(server->address());
    return server;
  }
  // Where nothing listens any more.
  std::string DeadAddress() { return Server()->address(); }

  Endpoint To(const std::string& servers) const {
    const std::filesystem::path folder = folder_.path() / "identity/clients/auditor";
    const identity::ClientBundle bundle = *identity::ReadBundle(folder);
    return {.servers = *ParseServers({.value = servers, .source = "flag --server"}),
            .server_source = "flag --server",
            .folder = folder,
            .ca_pem = bundle.authority_pem,
            .cert_pem = bundle.certificate_pem,
            .key_pem = bundle.key_pem,
            .not_after = clock_.Now() + std::chrono::hours(24)};
  }
  ConnectionOptions Options(std::chrono::milliseconds timeout = std::chrono::seconds(60)) {
    return {.timeout = timeout, .connect_limit = timeout, .warn = [this](const std::string& line) {
              const std::lock_guard lock(mutex_);
              warnings_.push_back(line);
            }};
  }
  std::unique_ptr<Connection> Connect(
      const std::string& servers, std::chrono::milliseconds timeout = std::chrono::seconds(60)) {
    return std::make_unique<Connection>(To(servers), Options(timeout));
  }

  static Result<void> Get(Connection& connection, const std::string& council) {
    registry::v1::GetCouncilRequest request;
    request.set_name("councils/" + council);
    registry::v1::GetCouncilResponse response;
    return connection.Call(kGetCouncil, request, response);
  }
  // A council whose partition ranks `address` first of `servers`.
  static std::optional<std::string> FindCouncilOf(const std::string& address,
                                                  const std::vector<std::string>& servers) {
    for (int i = 0; i < 500; ++i) {
      std::string council = fmt::format("council-{}", i);
      if (RankedFor(RoutingKeyOfName("councils/" + council), servers).front() == address) {
        return council;
      }
    }
    return std::nullopt;
  }
  static std::string CouncilOf(const std::string& address,
                               const std::vector<std::string>& servers) {
    return FindCouncilOf(address, servers).value();
  }
  std::vector<std::string> warnings() {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }

  twinledger::testing::TempDirectory folder_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  identity::Authority authority_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::vector<std::string> addresses_;  // Of the servers so far.
};

}  // namespace twinledger::client
