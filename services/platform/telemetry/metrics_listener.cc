#include "platform/telemetry/metrics_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>

namespace twinledger::telemetry {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kConnectionsMax = 16;
constexpr std::size_t kRequestBytesMax = 4096;
constexpr std::chrono::seconds kConnectionTimeMax{5};

Error AddressError(const std::string& host, std::uint16_t port, int number) {
  const std::string address = host + ":" + std::to_string(port);
  return {Code::kUnavailable,
          "metrics_listen " + address + ": " + std::system_category().message(number) +
              "; choose another address, or stop what uses it",
          "ADDRESS_IN_USE",
          {{"address", address}}};
}

std::string Response(std::string_view status, std::string_view type, std::string_view body,
                     std::string_view more = "") {
  std::string text = "HTTP/1.1 ";
  text += status;
  text += "\r\nContent-Type: ";
  text += type;
  text += "\r\nContent-Length: " + std::to_string(body.size());
  text += "\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n";
  text += more;
  text += "\r\n";
  text += body;
  return text;
}

}  // namespace

struct MetricsListener::Connection {
  int fd = -1;
  SteadyTime until;
  std::string request = {};
  std::string response = {};  // Not empty: writing.
  bool done = false;
};

Result<std::unique_ptr<MetricsListener>> MetricsListener::Open(
    const std::string& host, std::uint16_t port, std::function<std::string()> render) {
  sockaddr_in6 six{};
  sockaddr_in four{};
  const bool is_four = inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1;
  if (!is_four && inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) {
    return Error{Code::kInvalidArgument,
                 "metrics_listen: \"" + host + "\" is no numeric address; 127.0.0.1 for instance",
                 "BAD_ADDRESS",
                 {{"address", host}}};
  }
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  auto* const address =
      is_four ? reinterpret_cast<sockaddr*>(&four) : reinterpret_cast<sockaddr*>(&six);
  socklen_t size = is_four ? sizeof(four) : sizeof(six);
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(fd, address, size) != 0 || listen(fd, kConnectionsMax) != 0 ||
      getsockname(fd, address, &size) != 0) {
    const int number = errno;
    if (fd >= 0) close(fd);
    return AddressError(host, port, number);
  }
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    const int number = errno;
    close(fd);
    return AddressError(host, port, number);
  }
  const std::uint16_t bound = ntohs(is_four ? four.sin_port : six.sin6_port);
  return std::unique_ptr<MetricsListener>(new MetricsListener(fd, wake, bound, std::move(render)));
}

MetricsListener::MetricsListener(int listener, int wake, std::uint16_t port,
                                 std::function<std::string()> render)
    : listener_(listener), wake_(wake), port_(port), render_(std::move(render)), thread_([this] {
        Serve();
      }) {}

MetricsListener::~MetricsListener() {
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes at once, and has room for the first.
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof(one));
  thread_.join();
  close(listener_);
  close(wake_);
}

void MetricsListener::Serve() {
  std::vector<Connection> connections;
  bool refused = false;  // Out of descriptors, say: the listener would be readable all the time.
  while (true) {
    const short accepting = !refused && connections.size() < kConnectionsMax ? POLLIN : 0;
    std::vector<pollfd> waits = {{wake_, POLLIN, 0}, {listener_, accepting, 0}};
    for (const Connection& connection : connections) {
      waits.push_back(
          {connection.fd, connection.response.empty() ? short{POLLIN} : short{POLLOUT}, 0});
    }
    constexpr int kLateSweepMs = 500;
    poll(waits.data(), waits.size(), connections.empty() && !refused ? -1 : kLateSweepMs);
    if (waits[0].revents != 0) break;
    const SteadyTime now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < connections.size(); ++i) {
      if (waits[i + 2].revents != 0) Advance(connections[i]);
      if (now > connections[i].until) connections[i].done = true;
      if (connections[i].done) close(connections[i].fd);
    }
    std::erase_if(connections, [](const Connection& connection) { return connection.done; });
    refused = waits[1].revents != 0 && !Accept(connections);
  }
  for (const Connection& connection : connections) close(connection.fd);
}

bool MetricsListener::Accept(std::vector<Connection>& connections) const {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return false;
  connections.push_back({.fd = fd, .until = std::chrono::steady_clock::now() + kConnectionTimeMax});
  return true;
}

void MetricsListener::Advance(Connection& connection) const {
  if (connection.response.empty()) {
    std::array<char, kRequestBytesMax> buffer;
    const ssize_t count = recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      connection.done = true;
      return;
    }
    connection.request.append(buffer.data(), static_cast<std::size_t>(count));
    connection.response = Respond(connection.request);
    if (connection.response.empty()) return;
  }
  const ssize_t sent =
      send(connection.fd, connection.response.data(), connection.response.size(), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
  connection.done = sent < 0 || static_cast<std::size_t>(sent) == connection.response.size();
  if (!connection.done) connection.response.erase(0, static_cast<std::size_t>(sent));
}

// Empty while the request is not whole.
std::string MetricsListener::Respond(const std::string& request) const {
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  if (request.size() > kRequestBytesMax) {
    return Response("431 Request Header Fields Too Large", kText, "The request is over 4 KiB.\n");
  }
  if (request.find("\r\n\r\n") == std::string::npos) return "";
  const std::string_view line = std::string_view(request).substr(0, request.find("\r\n"));
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.find(' ', method_end + 1);
  if (method_end == std::string_view::npos || target_end == std::string_view::npos ||
      !line.substr(target_end + 1).starts_with("HTTP/1.")) {
    return Response("400 Bad Request", kText, "This is no HTTP/1.1 request.\n");
  }
  if (line.substr(0, method_end) != "GET") {
    return Response("405 Method Not Allowed", kText, "Only GET is served.\n", "Allow: GET\r\n");
  }
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  if (target.substr(0, target.find('?')) != "/metrics") {
    return Response("404 Not Found", kText, "Only /metrics is here.\n");
  }
  return Response("200 OK", "text/plain; version=0.0.4; charset=utf-8", render_());
}

}  // namespace twinledger::telemetry
