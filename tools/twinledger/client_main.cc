// The client for machines without a server.
#include "twinledger/command/run.h"

int main(int argc, char** argv) {
  twinledger::client::RunProcess(argc, argv, twinledger::client::kClientEdition);
}
