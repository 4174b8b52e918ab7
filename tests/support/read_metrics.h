// /metrics of a server: how far it is, behind no account's rate and sooner than by the client.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "tests/support/local_http.h"
#include "tests/support/server_process.h"

namespace twinledger::support {

inline std::string MetricsOf(const ServerAddresses& at) {
  const int port = std::atoi(at.metrics.substr(at.metrics.rfind(':') + 1).c_str());
  return Ask(static_cast<std::uint16_t>(port), "GET /metrics HTTP/1.0\r\n\r\n");
}

// The sum of a metric over its labels; `name` may have the first of them: "calls{code=\"OK\"".
inline double SumOf(const std::string& metrics, const std::string& name) {
  double sum = 0;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name)) sum += std::atof(line.substr(line.rfind(' ') + 1).c_str());
  }
  return sum;
}

}  // namespace twinledger::support
