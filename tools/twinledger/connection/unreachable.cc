#include "twinledger/connection/unreachable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "platform/base/clock.h"

namespace twinledger::client {
namespace {

constexpr const char* kWhy = "why";

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string WhyOf(const Error& error) {
  const auto why = error.metadata.find(kWhy);
  return why == error.metadata.end() ? error.message : why->second;
}

Error Unavailable(const std::string& address, std::string_view reason, const std::string& why,
                  std::string_view remedy) {
  return {.code = Code::kUnavailable,
          .message = fmt::format("{}: {}: {}", address, why, remedy),
          .reason = std::string(reason),
          .metadata = {{"server", address}, {kWhy, why}}};
}

}  // namespace

Error NoConnection(const Endpoint& endpoint, const std::string& address,
                   const std::string& transport) {
  const std::string at = fmt::format("{} ({})", address, endpoint.server_source);
  Error error{
      .code = Code::kUnavailable,
      .message = "",
      .reason = "NOT_REACHED",
      .metadata = {
          {"server", address}, {"source", endpoint.server_source}, {"transport", transport}}};
  std::string& why = error.metadata[kWhy];
  const bool other_authority = Contains(transport, "certificate verify failed") ||
                               Contains(transport, "CERTIFICATE_VERIFY_FAILED");
  if (other_authority || Contains(transport, "Peer name")) {
    error.code = Code::kUnauthenticated;
    error.reason = "SERVER_NOT_TRUSTED";
    why = other_authority ? "its certificate is of another authority"
                          : "its certificate is for another name";
    error.message =
        other_authority
            ? fmt::format(
                  "the server at {} is not one that {} vouches for: name the server that "
                  "these credentials are from with --server, or use its own with "
                  "--credentials",
                  at, (endpoint.folder / "ca.pem").string())
            : fmt::format(
                  "the server at {} has no certificate for that name: use one of those that "
                  "it was started with (--server-names)",
                  at);
  } else if (endpoint.not_after < SystemClock().Now()) {
    error.code = Code::kUnauthenticated;
    error.reason = "CREDENTIALS_EXPIRED";
    why = "the credentials have expired";
    error.message = fmt::format(
        "{} is not valid any more, and the server at {} does not take it: "
        "have the credentials issued again",
        (endpoint.folder / "cert.pem").string(), at);
  } else if (Contains(transport, "Connection refused") || Contains(transport, "No route to host") ||
             Contains(transport, "Network is unreachable")) {
    why = "nothing listens there";
    error.message = fmt::format(
        "cannot reach {}: nothing listens there. Start the server, or name "
        "the right address with --server HOST:PORT",
        at);
  } else if (Contains(transport, "DNS resolution failed")) {
    why = "there is no host of that name";
    error.message = fmt::format(
        "cannot reach {}: there is no host of that name. Name the right "
        "address with --server HOST:PORT",
        at);
  } else {
    why = fmt::format("no connection ({})", transport);
    error.message = fmt::format(
        "cannot reach {} with the credentials in {}: is it a Twinledger "
        "server, is it running, are the credentials from it? ({})",
        at, endpoint.folder.string(), transport);
  }
  return error;
}

Error NoAnswer(const std::string& address, std::chrono::milliseconds time) {
  return Unavailable(address, "NO_ANSWER", fmt::format("no answer within {} ms", time.count()),
                     "look whether it hangs, or give the call more time with --timeout");
}

Error NotServing(const std::string& address) {
  return Unavailable(address, "NOT_SERVING", "it says that it does not serve now",
                     "it reads its log, or its own log tells why (NOT_READY)");
}

Error CallEnded(const std::string& address) {
  return Unavailable(address, "CALL_ENDED", "the server ended the call, as one that stops does",
                     "try again");
}

bool IsUnfit(const Error& error) {
  constexpr std::array<std::string_view, 12> kReasons = {
      "NOT_REACHED", "SERVER_NOT_TRUSTED", "NO_ANSWER",      "NOT_SERVING",
      "CALL_ENDED",  "SERVICE_UNKNOWN",    "UNKNOWN_METHOD", "STOPPING",
      "NOT_READY",   "SHUTTING_DOWN",      "NOT_A_WRITER",   "CLOCK"};
  return std::ranges::find(kReasons, error.reason) != kReasons.end();
}

Error NoneTookIt(const Endpoint& endpoint, const std::map<std::string, Error>& why) {
  const Error& first = why.begin()->second;
  Error none{.code = first.code,
             .message = fmt::format("none of {} servers ({}) took the call", why.size(),
                                    endpoint.server_source),
             .reason = first.reason,
             .metadata = {{"server", endpoint.servers.text}, {"source", endpoint.server_source}}};
  for (const auto& [address, error] : why) {
    none.message +=
        fmt::format("{} {}: {}", none.metadata.size() == 2 ? ":" : ";", address, WhyOf(error));
    none.metadata[address] = WhyOf(error);
    if (error.code == none.code && error.reason == none.reason) continue;
    none.code = Code::kUnavailable;
    none.reason = "NOT_REACHED";
  }
  none.message += ". Start one of them, or name the right ones with --server HOST:PORT,HOST:PORT";
  return none;
}

}  // namespace twinledger::client
