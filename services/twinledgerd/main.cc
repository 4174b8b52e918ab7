// The server program: its settings name which of these services it hosts.
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "audit/audit.h"
#include "engagement/engagement.h"
#include "platform/server/main.h"
#include "registry/registry.h"
#include "reporting/reporting.h"
#include "risk/risk.h"

int main(int argc, char** argv) {
  const int code = twinledger::server::Main(argc, argv,
                                            {{"registry", twinledger::registry::Open},
                                             {"engagement", twinledger::engagement::Open},
                                             {"risk", twinledger::risk::Open},
                                             {"reporting", twinledger::reporting::Open},
                                             {"audit", twinledger::audit::Open}});
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  // Not by exit(): gRPC's threads may still take leave of a connection, by what OpenSSL takes down
  // there.
  std::_Exit(code);
}
