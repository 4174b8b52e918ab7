#include "tests/integration/registry/registry_server.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/server/host.h"
#include "platform/server/settings.h"
#include "platform/telemetry/logger.h"
#include "registry/registry.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

struct RegistryServer::Parts {
  TempDirectory data;
  SystemClock clock;
  crypto::SystemRandom random;
  telemetry::Logger logger{std::cerr, "registry_test", telemetry::Level::kError, clock};
  server::Settings settings;
  std::string address;
  std::unique_ptr<server::Host> host;
};

RegistryServer::RegistryServer() : parts_(std::make_unique<Parts>()) {
  const Result<server::Configuration> configuration =
      server::Resolve({{"test",
                        {{"data_dir", parts_->data.path() / "data"},
                         {"services", "registry"},
                         {"listen", "127.0.0.1:0"},
                         {"health_listen", "127.0.0.1:0"},
                         {"metrics_listen", "127.0.0.1:0"}}}});
  TL_CHECK(configuration.ok());
  parts_->settings = configuration->settings;
  Start();
}

RegistryServer::~RegistryServer() { parts_->host->Drain(); }

void RegistryServer::Restart() {
  callers_.clear();
  parts_->host->Drain();
  parts_->host.reset();
  Start();
}

void RegistryServer::Start() {
  Result<std::unique_ptr<server::Host>> opened = server::Host::Open(
      parts_->settings, {{"registry", registry::Open}},
      {.clock = parts_->clock, .random = parts_->random, .logger = parts_->logger, .version = "0"});
  if (!opened.ok()) std::cerr << opened.error().reason << ": " << opened.error().message << "\n";
  TL_CHECK(opened.ok());
  parts_->host = *std::move(opened);
  parts_->host->CatchUp([] { return false; });
  TL_CHECK(parts_->host->Serve().ok());
  std::ifstream file(parts_->settings.data_dir.root() / "endpoint.json");
  const nlohmann::json endpoints = nlohmann::json::parse(file);
  parts_->address = endpoints.at("listen");
}

const Caller& RegistryServer::As(const std::string& account) {
  const auto found = callers_.find(account);
  if (found != callers_.end()) return found->second;
  return callers_
      .emplace(std::piecewise_construct, std::forward_as_tuple(account),
               std::forward_as_tuple(parts_->address, BundleOf(account)))
      .first->second;
}

std::filesystem::path RegistryServer::BundleOf(const std::string& account) {
  const std::filesystem::path identity = parts_->settings.data_dir.identity();
  const std::size_t slash = account.find('/');
  if (slash == std::string::npos) return identity / "clients" / account;

  const std::filesystem::path bundle =
      parts_->data.path() / (account.substr(0, slash) + "-" + account.substr(slash + 1));
  if (std::filesystem::exists(bundle)) return bundle;
  Result<identity::Authority> authority =
      identity::Authority::Open(identity, {}, parts_->clock, parts_->random);
  TL_CHECK(authority.ok());
  identity::Principal principal;
  principal.role = account.ends_with("/approver") ? identity::Role::kCouncilApprover
                                                  : identity::Role::kCouncilOfficer;
  principal.council = account.substr(0, slash);
  principal.account = "k1";
  TL_CHECK(authority->Issue(principal, bundle).ok());
  return bundle;
}

}  // namespace twinledger::testing
