#include "twinledger/command/connect.h"

#include <fmt/format.h>

#include "twinledger/connection/endpoint.h"

namespace twinledger::client {
namespace {

ConnectionOptions OptionsOf(Session& session) {
  // Enough for a server that restarts; who says how long to wait waits as long.
  constexpr std::chrono::seconds kConnectLimit{3};
  const bool told = session.settings().find("timeout")->second.source != "built in";
  return {.timeout = session.timeout(),
          .connect_limit = told ? session.timeout() : kConnectLimit,
          .warn = [&session](const std::string& line) { session.Note(Printable(line)); }};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connect(Session& session, std::string_view account) {
  TL_TRY(const Endpoint endpoint, FindEndpoint(session.settings(), account));
  return std::make_unique<Connection>(endpoint, OptionsOf(session));
}

Result<std::unique_ptr<Connection>> ConnectToWrite(Session& session, std::string_view account) {
  const Settings& settings = session.settings();
  const auto is_named = [&](const char* setting) {
    return !settings.find(setting)->second.value.empty();
  };
  if (is_named("as") || is_named("credentials")) return Connect(session, account);
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("it is recorded who did this: say as which account with --as "
                                      "(--as {}), or give your credentials with --credentials",
                                      account),
               .reason = "NOBODY_NAMED"};
}

}  // namespace twinledger::client
