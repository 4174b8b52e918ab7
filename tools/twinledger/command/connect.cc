#include "twinledger/command/connect.h"

#include "twinledger/connection/endpoint.h"

namespace twinledger::client {

Result<std::unique_ptr<Connection>> Connect(const Session& session, std::string_view account) {
  TL_TRY(const Endpoint endpoint, FindEndpoint(session.settings(), account));
  // Enough for a server that restarts; who says how long to wait waits as long.
  constexpr std::chrono::seconds kConnectLimit{3};
  const bool told = session.settings().find("timeout")->second.source != "built in";
  return std::make_unique<Connection>(endpoint, session.timeout(),
                                      told ? session.timeout() : kConnectLimit);
}

}  // namespace twinledger::client
