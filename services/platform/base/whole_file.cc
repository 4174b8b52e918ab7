#include "platform/base/whole_file.h"

#include <array>
#include <fstream>
#include <system_error>

namespace twinledger {

Result<std::string> ReadWholeFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Error{Code::kNotFound,
                 path.string() + " is not there: check its name",
                 "FILE_MISSING",
                 {{"file", path.string()}}};
  }
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 64 * 1024> chunk;
  // Unlike an iterator over the buffer, read() turns an error of the disk into badbit.
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.is_open() && !file.bad()) return text;
  return Error{Code::kUnavailable,
               path.string() + " cannot be read: check that it is a file, its permissions and disk",
               "FILE_UNREADABLE",
               {{"file", path.string()}}};
}

}  // namespace twinledger
