#include "platform/log/archive/bad_place.h"

#include <charconv>

namespace twinledger::log {
namespace {

std::string Text(const Error& error, const char* key) {
  const auto found = error.metadata.find(key);
  return found == error.metadata.end() ? std::string() : found->second;
}

template <class T>
T Number(std::string_view text) {
  T number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Error AsError(const BadPlace& bad) { return Damaged(bad.file, bad.byte, bad.why, bad.record); }

BadPlace BadPlaceOf(const Error& error) {
  BadPlace bad;
  bad.file = Text(error, "file");
  bad.byte = Number<std::uint64_t>(Text(error, "byte"));
  bad.why = Text(error, "what");
  if (bad.why.empty()) bad.why = error.message;
  const std::string partition = Text(error, "partition");
  const std::size_t slash = partition.rfind('/');
  if (slash != std::string::npos) {
    RecordPlace& record = bad.record.emplace();
    record.partition.stream = partition.substr(0, slash);
    record.partition.partition = Number<std::uint32_t>(partition.substr(slash + 1));
    record.offset = Number<Offset>(Text(error, "offset"));
    record.first_sequence = Number<Sequence>(Text(error, "sequence"));
  }
  return bad;
}

}  // namespace twinledger::log
