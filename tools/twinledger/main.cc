#include <sys/prctl.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "twinledger/command/run.h"

int main(int argc, char** argv) {
  prctl(PR_SET_DUMPABLE, 0);  // Names and keys stay out of core dumps.
  const auto code = twinledger::client::Run(argc, argv, twinledger::client::ProcessTerminal());
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  // Not by exit(): gRPC's threads may still take leave of a connection, by what OpenSSL takes down
  // there.
  std::_Exit(static_cast<int>(code));
}
