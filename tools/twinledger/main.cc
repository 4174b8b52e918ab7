#include "twinledger/command/run.h"

int main(int argc, char** argv) {
  twinledger::client::RunProcess(argc, argv, twinledger::client::kWholeEdition);
}
