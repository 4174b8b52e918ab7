// Serves GET /metrics as plain HTTP/1.1, and nothing else, to a scraper on the same machine or pod.
//
//   connection: reading --request whole--> writing --response out--> closed
//               any state --5 s, over 4 KiB of request, or a fault--> closed
//
// At most 16 connections are held; more wait in the kernel's queue. An idle one stops no other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::telemetry {

// Threads: `render` is called on the listener's own thread; the rest is confined to one.
class MetricsListener {
 public:
  // `host` is a numeric address; port 0 takes a free one. UNAVAILABLE, reason ADDRESS_IN_USE, or
  // INVALID_ARGUMENT, reason BAD_ADDRESS.
  static Result<std::unique_ptr<MetricsListener>> Open(const std::string& host, std::uint16_t port,
                                                       std::function<std::string()> render);
  ~MetricsListener();

  std::uint16_t port() const { return port_; }

 private:
  struct Connection;
  MetricsListener(int listener, int wake, std::uint16_t port, std::function<std::string()> render);
  void Serve();
  bool Accept(std::vector<Connection>& connections) const;
  void Advance(Connection& connection) const;
  std::string Respond(const std::string& request) const;

  const int listener_;
  const int wake_;  // An eventfd: readable once the listener is to end.
  const std::uint16_t port_;
  const std::function<std::string()> render_;
  std::jthread thread_;
};

}  // namespace twinledger::telemetry
