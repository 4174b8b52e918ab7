#include "tests/integration/hosted_server.h"

#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/server/host.h"
#include "platform/server/settings.h"
#include "platform/telemetry/logger.h"
#include "tests/support/temp_directory.h"

namespace twinledger::testing {

struct HostedServer::Parts {
  TempDirectory data;
  SystemClock clock;
  crypto::SystemRandom random;
  telemetry::Logger logger{std::cerr, "hosted_test", telemetry::Level::kError, clock};
  server::Settings settings;
  std::vector<server::Assembly> assemblies;
  std::string address;
  std::unique_ptr<server::Host> host;
};

HostedServer::HostedServer(std::vector<server::Assembly> assemblies)
    : parts_(std::make_unique<Parts>()) {
  parts_->assemblies = std::move(assemblies);
  const Result<server::Configuration> configuration =
      server::Resolve({{"test",
                        {{"data_dir", parts_->data.path() / "data"},
                         {"listen", "127.0.0.1:0"},
                         {"health_listen", "127.0.0.1:0"},
                         {"metrics_listen", "127.0.0.1:0"},
                         // Tests ask until what they wait for is there.
                         {"account_units_per_second", "1000000"},
                         {"account_units_burst", "1000000"}}}});
  TL_CHECK(configuration.ok());
  parts_->settings = configuration->settings;
  Start();
}

HostedServer::~HostedServer() { parts_->host->Drain(); }

void HostedServer::Restart() {
  callers_.clear();
  parts_->host->Drain();
  parts_->host.reset();
  Start();
}

void HostedServer::Start() {
  Result<std::unique_ptr<server::Host>> opened = server::Host::Open(
      parts_->settings, parts_->assemblies,
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

std::filesystem::path HostedServer::data_dir() const { return parts_->settings.data_dir.root(); }

const Caller& HostedServer::As(const std::string& account) {
  const auto found = callers_.find(account);
  if (found != callers_.end()) return found->second;
  return callers_
      .emplace(std::piecewise_construct, std::forward_as_tuple(account),
               std::forward_as_tuple(parts_->address, BundleOf(account)))
      .first->second;
}

std::filesystem::path HostedServer::BundleOf(const std::string& account) {
  const std::filesystem::path identity = parts_->settings.data_dir.identity();
  if (account.find('/') == std::string::npos) return identity / "clients" / account;

  const std::vector<std::string> words = absl::StrSplit(account, '/');
  TL_CHECK(words.size() >= 2);
  const std::filesystem::path bundle = parts_->data.path() / absl::StrJoin(words, "-");
  if (std::filesystem::exists(bundle)) return bundle;
  Result<identity::Authority> authority =
      identity::Authority::Open(identity, {}, parts_->clock, parts_->random);
  TL_CHECK(authority.ok());
  identity::Principal principal;
  principal.role =
      words[1] == "approver" ? identity::Role::kCouncilApprover : identity::Role::kCouncilOfficer;
  principal.council = words[0];
  principal.account = words.size() > 2 ? words[2] : "k1";
  TL_CHECK(authority->Issue(principal, bundle).ok());
  return bundle;
}

}  // namespace twinledger::testing
