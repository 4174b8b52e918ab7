#include "tests/kafka/acknowledgements.h"

#include <sys/wait.h>

#include <cstdio>
#include <fstream>

#include "platform/base/check.h"
#include "platform/crypto/hash.h"

namespace twinledger::testing {

void WriteAcknowledgements(const std::filesystem::path& file, const log::KafkaAddress& address,
                           const crypto::Hash& founding,
                           const std::vector<Acknowledgement>& acknowledgements) {
  std::ofstream out(file);
  out << "log " << address.brokers << ' ' << address.prefix << ' ' << crypto::Hex(founding) << '\n';
  for (const Acknowledgement& each : acknowledgements) {
    out << "ok " << each.request_id << ' ' << each.partition.stream << ' '
        << each.partition.partition << ' ' << each.sequence << ' ' << each.commit_hash << '\n';
  }
  TL_CHECK(out.flush().good());
}

Checked CheckTopics(const std::filesystem::path& file) {
  // It leaves no bytecode beside the sources.
  const std::string command = "PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 " TWINLEDGER_SOURCE_DIR
                              "/tests/kafka/checker/check.py '" +
                              file.string() + "' 2>&1";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  TL_CHECK(pipe != nullptr);
  Checked checked;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof(buffer), pipe)) {
    checked.said.append(buffer, count);
  }
  const int status = ::pclose(pipe);
  checked.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return checked;
}

}  // namespace twinledger::testing
