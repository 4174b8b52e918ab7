#include "twinledger/command/connect.h"

#include "twinledger/connection/endpoint.h"

namespace twinledger::client {

Result<std::unique_ptr<Connection>> Connect(const Session& session, std::string_view account) {
  TL_TRY(const Endpoint endpoint, FindEndpoint(session.settings(), account));
  return std::make_unique<Connection>(endpoint, session.timeout());
}

}  // namespace twinledger::client
