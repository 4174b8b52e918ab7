// Text of a file as UTF-8 in Normalization Form C, whatever program saved it.
//
//   UTF-8 with a byte-order mark   the mark is dropped
//   valid UTF-8                    as it is
//   UTF-16, UTF-32                 converted ("Unicode text" of spreadsheets)
//   UTF-8 but for a few bytes      each of those becomes U+FFFD, so that its row can be named
//   anything else                  taken for Windows-1252, which the user is told
#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::client {

struct DecodedText {
  std::string text;
  std::string charset;   // "UTF-8", "windows-1252", ...
  bool assumed = false;  // Nothing in the file says so: tell the user.
};

// Which charset a text has, by its pieces, each of whole characters of UTF-8 where it is that.
class CharsetSurvey {
 public:
  void Add(std::string_view piece);

  // As for DecodeText. INVALID_ARGUMENT, reason CHARSET_UNREADABLE, also for UTF-16 and UTF-32:
  // see has_nul().
  Result<DecodedText> Verdict() const;  // Its text is empty.

  // The text is to be read as a whole, by DecodeText.
  bool has_nul() const { return has_nul_; }

 private:
  std::string head_;  // What a guess goes by.
  bool begun_ = false;
  bool marked_ = false;
  bool has_nul_ = false;
  std::size_t multibyte_ = 0;
  std::size_t lost_ = 0;
};

// A piece of a text whose charset is known. INVALID_ARGUMENT, reason CHARSET_UNREADABLE.
Result<std::string> DecodePiece(std::string_view piece, const std::string& charset);

// Stands where a character could not be read.
inline constexpr std::string_view kLostCharacter = "\xEF\xBF\xBD";  // U+FFFD

// INVALID_ARGUMENT, reason CHARSET_UNREADABLE, if no charset fits.
Result<DecodedText> DecodeText(std::string_view bytes);

// Normalization Form C: one way to write "ā". `text` is valid UTF-8. More than 30 combining marks
// in a row, which no language has, are cut by U+034F where they are to be put in order.
std::string ToNfc(std::string_view text);

bool IsUtf8(std::string_view text);

}  // namespace twinledger::client
