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
          .warn = [&session](const std::string& line) { session.Note(Printable(line)); },
          .trace_id = session.trace_id()};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connect(Session& session, std::string_view account) {
  TL_TRY(const Endpoint endpoint, FindEndpoint(session.settings(), account));
  return std::make_unique<Connection>(endpoint, OptionsOf(session));
}

Result<std::vector<OneServer>> ConnectToEach(Session& session, std::string_view account) {
  TL_TRY(Endpoint endpoint, FindEndpoint(session.settings(), account));
  const ServerList servers = endpoint.servers;
  std::vector<std::string> addresses = servers.addresses;
  if (addresses.empty()) {
    TL_TRY(addresses, LookUpAddresses(servers.name, servers.port));
  }
  std::vector<OneServer> each;
  for (const std::string& address : addresses) {
    ConnectionOptions options = OptionsOf(session);
    if (servers.name.empty()) {
      endpoint.servers = {.text = address, .addresses = {address}};
    } else {  // Its certificate is for the name.
      options.lookup = [address](const std::string&, std::uint16_t) {
        return Result<std::vector<std::string>>(std::vector<std::string>{address});
      };
    }
    each.push_back({address, std::make_unique<Connection>(endpoint, options)});
  }
  return each;
}

Result<std::unique_ptr<Connection>> ConnectToOne(Session& session, std::string_view account) {
  TL_TRY(std::vector<OneServer> each, ConnectToEach(session, account));
  if (each.size() == 1) return std::move(each.front().connection);
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("this is about one server, and there are {}: name it with "
                                      "--server {}",
                                      each.size(), each.front().address),
               .reason = "SERVER_AMBIGUOUS"};
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
