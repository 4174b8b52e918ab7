#include "twinledger/command/operate/authority_options.h"

#include <fstream>

#include "twinledger/output/printer.h"

namespace twinledger::client {

identity::AuthorityOptions AuthorityOptionsOf(const DataDirectory& data) {
  identity::AuthorityOptions options;
  std::ifstream in(data.identity() / "clients" / "operator" / "profile.json");
  const Json profile = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (profile.is_object() && profile.contains("server") && profile["server"].is_string()) {
    options.server = profile["server"].get<std::string>();
  }
  return options;
}

}  // namespace twinledger::client
