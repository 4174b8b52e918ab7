#include "twinledger/csv/text_input.h"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <utility>

#include "twinledger/csv/reader.h"

namespace twinledger::client {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr std::size_t kLineBytesMax = 16 * 1024 * 1024;

Error TooLarge(const std::string& path, const std::string& why) {
  return Error{.code = Code::kInvalidArgument,
               .message = path + " " + why,
               .reason = "TOO_LARGE",
               .metadata = {{"file", path}}};
}

}  // namespace

Error TextInput::Unreadable() const {
  return Error{
      .code = Code::kInvalidArgument,
      .message = fmt::format("cannot read {}: check its name, permissions and disk", path_),
      .reason = "FILE_UNREADABLE",
      .metadata = {{"file", path_}}};
}

// Standard input is read once only, and wanted twice.
Result<TextInput::File> TextInput::Spooled() {
  File file(std::tmpfile());
  std::array<char, 64 * 1024> chunk;
  bool written = file != nullptr;
  while (written && (std::cin.read(chunk.data(), chunk.size()) || std::cin.gcount() > 0)) {
    const auto size = static_cast<std::size_t>(std::cin.gcount());
    written = std::fwrite(chunk.data(), 1, size, file.get()) == size;
  }
  if (written && std::fflush(file.get()) == 0 && !std::cin.bad()) return file;
  return Error{.code = Code::kInvalidArgument,
               .message =
                   "standard input cannot be kept in a temporary file: make room in the "
                   "folder of those, or name a file",
               .reason = "FILE_UNREADABLE"};
}

Result<TextInput> TextInput::Open(const std::string& path) {
  File file;
  if (path == "-") {
    TL_TRY(file, Spooled());
  } else {
    file.reset(std::fopen(path.c_str(), "rb"));
  }
  TextInput input(std::move(file), path);
  if (!input.file_) return input.Unreadable();
  TL_TRY_VOID(input.Rewind());
  TL_TRY_VOID(input.Survey());
  return input;
}

Result<DecodedText> TextInput::ReadWhole() {
  TL_TRY_VOID(Rewind());
  std::string bytes;
  while (true) {
    TL_TRY(const std::string piece, NextBytes());
    if (piece.empty()) return DecodeText(bytes);
    bytes += piece;
    if (bytes.size() > CsvLimits().bytes) {
      return TooLarge(path_, "is large and not in UTF-8: save it as \"CSV UTF-8\"");
    }
  }
}

Result<void> TextInput::Survey() {
  CharsetSurvey survey;
  while (!survey.has_nul()) {
    TL_TRY(const std::string piece, NextBytes());
    if (piece.empty()) break;
    survey.Add(piece);
  }
  whole_ = survey.has_nul();
  if (whole_) {
    TL_TRY(charset_, ReadWhole());
    charset_.text.clear();
  } else {
    TL_TRY(charset_, survey.Verdict());
  }
  return Rewind();
}

Result<void> TextInput::Rewind() {
  rest_.clear();
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) return Unreadable();
  return {};
}

// Up to the end of a line, of whichever kind; the last ones up to the end of the file.
Result<std::string> TextInput::NextBytes() {
  std::string bytes = std::exchange(rest_, {});
  while (true) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kPieceBytes);
    const std::size_t read = std::fread(bytes.data() + before, 1, kPieceBytes, file_.get());
    bytes.resize(before + read);
    if (std::ferror(file_.get()) != 0) return Unreadable();
    if (read == 0) return bytes;
    // The last byte may be the first half of CRLF.
    const std::size_t end =
        std::string_view(bytes).substr(0, bytes.size() - 1).find_last_of("\r\n");
    if (end != std::string::npos) {
      const std::size_t size = bytes[end] == '\r' && bytes[end + 1] == '\n' ? end + 2 : end + 1;
      rest_ = bytes.substr(size);
      bytes.resize(size);
      return bytes;
    }
    if (bytes.size() > kLineBytesMax) {
      return TooLarge(path_, fmt::format("has a line of more than {} bytes", kLineBytesMax));
    }
  }
}

Result<std::string> TextInput::Next() {
  if (whole_) {
    // Zero bytes between characters: ends of lines cannot be told before it is decoded.
    if (std::feof(file_.get()) != 0 || std::ftell(file_.get()) != 0) return std::string();
    TL_TRY(DecodedText decoded, ReadWhole());
    return std::move(decoded.text);
  }
  TL_TRY(const std::string bytes, NextBytes());
  if (bytes.empty()) return bytes;
  return DecodePiece(bytes, charset_.charset);
}

}  // namespace twinledger::client
