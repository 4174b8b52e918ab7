#include "platform/log/embedded/damage.h"

#include <fmt/format.h>

namespace twinledger::log {

Error Damaged(const std::filesystem::path& file, std::uint64_t byte, std::string_view what,
              const std::optional<RecordPlace>& record, std::string_view reason) {
  Error error;
  error.code = Code::kDataLoss;
  error.reason = reason;
  error.metadata = {
      {"file", file.string()}, {"byte", std::to_string(byte)}, {"what", std::string(what)}};
  std::string about;
  if (record) {
    about = fmt::format(" ({} offset {}, sequence {})", ToString(record->partition), record->offset,
                        record->first_sequence);
    error.metadata["partition"] = ToString(record->partition);
    error.metadata["offset"] = std::to_string(record->offset);
    error.metadata["sequence"] = std::to_string(record->first_sequence);
  }
  error.message = fmt::format(
      "the log is damaged: {}, byte {}: {}{}; change nothing in the directory, keep a copy of it "
      "for "
      "evidence, and restore the log from a backup or an export",
      file.string(), byte, what, about);
  return error;
}

}  // namespace twinledger::log
