#include "twinledger/command/typed_value.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

namespace twinledger::client {

Result<std::string> TypedValue(Session& session, std::string_view name, const std::string& value) {
  if (value != "-") return value;
  if (isatty(STDIN_FILENO) == 1) session.terminal().err << name << ": " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  if (line.ends_with('\r')) line.pop_back();
  if (!line.empty()) return line;
  return Error{.code = Code::kInvalidArgument,
               .message = fmt::format("{} is \"-\", and standard input has no line for it: write "
                                      "one line for each \"-\"",
                                      name),
               .reason = "VALUE_NOT_TYPED",
               .metadata = {{"name", std::string(name)}}};
}

}  // namespace twinledger::client
