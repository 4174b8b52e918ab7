#include "twinledger/command/operate/authority_options.h"

#include <fstream>

#include "twinledger/output/printer.h"

namespace twinledger::client {

identity::AuthorityOptions AuthorityOptionsOf(const DataDirectory& data) {
  identity::AuthorityOptions options;
  std::ifstream in(data.identity() / "clients" / "operator" / "profile.json");
  const Json profile = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  const auto take = [&](const char* name, std::string& value) {
    if (profile.is_object() && profile.contains(name) && profile[name].is_string()) {
      value = profile[name].get<std::string>();
    }
  };
  take("server", options.server);
  take("trust_domain", options.trust_domain);
  return options;
}

}  // namespace twinledger::client
