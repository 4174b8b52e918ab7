// The server of a session, or its replicas.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "twinledger/command/session.h"
#include "twinledger/connection/connection.h"

namespace twinledger::client {

// Accounts of a data directory on this machine, as the first start of a server makes them.
inline constexpr std::string_view kAnalyst = "agency-analyst";
inline constexpr std::string_view kApprover = "agency-approver";
inline constexpr std::string_view kAuditor = "auditor";
inline constexpr std::string_view kOperator = "operator";

// The session must outlive the connection, which warns on its stderr. `account` is the one that
// fits the command; it is used only where the settings name none.
Result<std::unique_ptr<Connection>> Connect(Session& session, std::string_view account);

// Each server by itself, for what is told of one and not of the deployment: its address, or the
// list where there is one alone, and the connection. A name is looked up once.
struct OneServer {
  std::string address;
  std::unique_ptr<Connection> connection;
};
Result<std::vector<OneServer>> ConnectToEach(Session& session, std::string_view account);

// Likewise for what is done to one of them: INVALID_ARGUMENT, reason SERVER_AMBIGUOUS, where there
// are several.
Result<std::unique_ptr<Connection>> ConnectToOne(Session& session, std::string_view account);

// For what is recorded with who did it: somebody must have said who. INVALID_ARGUMENT, reason
// NOBODY_NAMED; `account` is suggested.
Result<std::unique_ptr<Connection>> ConnectToWrite(Session& session, std::string_view account);

}  // namespace twinledger::client
