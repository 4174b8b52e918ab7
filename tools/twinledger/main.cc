#include "twinledger/command/run.h"

int main(int argc, char** argv) {
  return static_cast<int>(
      twinledger::client::Run(argc, argv, twinledger::client::ProcessTerminal()));
}
