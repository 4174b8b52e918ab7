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

// Stands where a character could not be read.
inline constexpr std::string_view kLostCharacter = "\xEF\xBF\xBD";  // U+FFFD

// INVALID_ARGUMENT, reason CHARSET_UNREADABLE, if no charset fits.
Result<DecodedText> DecodeText(std::string_view bytes);

// Normalization Form C: one way to write "ā". `text` is valid UTF-8.
std::string ToNfc(std::string_view text);

bool IsUtf8(std::string_view text);

}  // namespace twinledger::client
