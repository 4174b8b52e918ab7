#include "platform/identity/replace_file.h"

#include <fmt/format.h>

#include <system_error>

#include "platform/base/private_file.h"

namespace twinledger::identity {

Result<void> ReplacePrivateFile(const std::filesystem::path& file, std::string_view bytes) {
  const std::filesystem::path draft = file.string() + ".new";
  std::error_code error;
  std::filesystem::remove(draft, error);
  TL_TRY_VOID(WritePrivateFile(draft, bytes));
  std::filesystem::rename(draft, file, error);
  if (!error) return {};
  return Error{Code::kInternal,
               fmt::format("cannot write {}: {}", file.string(), error.message()),
               "FILE_ERROR",
               {{"file", file.string()}}};
}

}  // namespace twinledger::identity
