// The text of a file, piece by piece, and as often as wanted: a file larger than memory is read in
// the memory of a piece.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

#include "platform/base/result.h"
#include "twinledger/csv/charset.h"

namespace twinledger::client {

// Threads: confined to one.
class TextInput {
 public:
  // "-" is standard input, which is kept in a temporary file. Reads it once, for its charset.
  // INVALID_ARGUMENT: FILE_UNREADABLE; CHARSET_UNREADABLE; TOO_LARGE for what has no end of a line
  // in 16 MiB, or is not UTF-8 or of single bytes and has more than 64 MiB.
  static Result<TextInput> Open(const std::string& path);

  // The next piece: whole lines, decoded; empty at the end.
  Result<std::string> Next();

  // Next begins again.
  Result<void> Rewind();

  const std::string& charset() const { return charset_.charset; }
  bool charset_assumed() const { return charset_.assumed; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  TextInput(File file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  static Result<File> Spooled();
  Result<std::string> NextBytes();
  Result<DecodedText> ReadWhole();
  Result<void> Survey();
  Error Unreadable() const;

  File file_;
  std::string path_;
  std::string rest_;  // Behind the last whole line that was read.
  DecodedText charset_;
  bool whole_ = false;  // It is decoded at once.
};

}  // namespace twinledger::client
