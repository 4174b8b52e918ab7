// The server program: its settings name which of these services it hosts.
#include "platform/server/main.h"
#include "audit/audit.h"
#include "registry/registry.h"

int main(int argc, char** argv) {
  return twinledger::server::Main(
      argc, argv, {{"registry", twinledger::registry::Open}, {"audit", twinledger::audit::Open}});
}
