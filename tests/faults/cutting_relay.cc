#include "tests/faults/cutting_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "platform/base/check.h"

namespace twinledger {
namespace {

sockaddr_in LoopbackAt(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Dial(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in to = LoopbackAt(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0) return fd;
  close(fd);
  return -1;
}

bool Pass(int from, int to) {
  std::array<char, 16 * 1024> block;
  const ssize_t count = recv(from, block.data(), block.size(), 0);
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t more =
        send(to, block.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += more;
  }
  return count > 0;
}

// A reset, and not the end of a stream that the other side has all of.
void Reset(int fd) {
  const linger now{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(fd);
}

}  // namespace

CuttingRelay::CuttingRelay(const std::string& server)
    : port_(std::stoi(server.substr(server.rfind(':') + 1))),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in here = LoopbackAt(0);
  socklen_t size = sizeof(here);
  TL_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&here), size) == 0 &&
           listen(listener_, 64) == 0 &&
           getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size) == 0);
  address_ = "127.0.0.1:" + std::to_string(ntohs(here.sin_port));
  accepts_ = std::jthread([this] { Accept(); });
}

CuttingRelay::~CuttingRelay() {
  ending_ = true;
  shutdown(listener_, SHUT_RDWR);
  accepts_.join();
  Cut();
  relays_.clear();
  close(listener_);
}

void CuttingRelay::Accept() {
  while (!ending_) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int server = Dial(port_);
    if (server < 0) {
      Reset(client);
      continue;
    }
    std::size_t number = 0;
    {
      const absl::MutexLock lock(&mutex_);
      number = connections_.size();
      connections_.push_back({client, server, true});
    }
    relays_.emplace_back([this, number] { Relay(number); });
  }
}

// Until either end is closed, or it is cut: then it closes both.
void CuttingRelay::Relay(std::size_t number) {
  int client = -1;
  int server = -1;
  {
    const absl::MutexLock lock(&mutex_);
    client = connections_[number].client;
    server = connections_[number].server;
  }
  for (bool open = true; open;) {
    std::array<pollfd, 2> ready{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    poll(ready.data(), ready.size(), -1);
    while (frozen_ && !ending_) poll(nullptr, 0, 50);
    if (ready[0].revents != 0) open = Pass(client, server);
    if (open && ready[1].revents != 0) open = Pass(server, client);
  }
  const absl::MutexLock lock(&mutex_);
  connections_[number].open = false;
  Reset(client);
  Reset(server);
}

int CuttingRelay::Cut() {
  const absl::MutexLock lock(&mutex_);
  int cut = 0;
  for (const Connection& connection : connections_) {
    if (!connection.open) continue;
    // Its thread wakes and closes it.
    shutdown(connection.client, SHUT_RDWR);
    shutdown(connection.server, SHUT_RDWR);
    ++cut;
  }
  return cut;
}

}  // namespace twinledger
