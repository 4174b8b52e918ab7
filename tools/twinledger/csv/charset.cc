#include "twinledger/csv/charset.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "twinledger/output/utf8.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Below this ucsdet guesses; a short list of names gives it little to go by.
constexpr std::int32_t kConfident = 60;

constexpr std::size_t kEnough = 64 * 1024;  // Bytes to guess by.

constexpr const char* kSpreadsheetDefault = "windows-1252";

// Only what spreadsheet programs write here is worth more than the default.
std::optional<std::string> Detect(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status),
                                                                            &ucsdet_close);
  ucsdet_setText(detector.get(), bytes.data(),
                 static_cast<std::int32_t>(std::min(bytes.size(), kEnough)), &status);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return std::nullopt;
  if (ucsdet_getConfidence(match, &status) < kConfident) return std::nullopt;
  const std::string name = ucsdet_getName(match, &status);
  if (U_FAILURE(status) || !name.starts_with("UTF-")) return std::nullopt;
  return name;
}

std::optional<std::string> Convert(std::string_view bytes, const std::string& charset) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
      ucnv_open(charset.c_str(), &status), &ucnv_close);
  if (U_FAILURE(status)) return std::nullopt;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  const icu::UnicodeString wide(bytes.data(), static_cast<std::int32_t>(bytes.size()),
                                converter.get(), status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string utf8;
  wide.toUTF8String(utf8);
  if (utf8.starts_with(kUtf8Mark)) utf8.erase(0, kUtf8Mark.size());
  return utf8;
}

// Text that is to be UTF-8.
struct Utf8Text {
  std::string text;           // With kLostCharacter for each byte that does not belong.
  std::size_t multibyte = 0;  // Characters of more than one byte that are sound.
  std::size_t lost = 0;
};

Utf8Text ReadUtf8(std::string_view bytes) {
  Utf8Text read;
  read.text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    if (!NextCodePoint(bytes, at)) {
      read.text += kLostCharacter;
      ++read.lost;
      continue;
    }
    read.text += bytes.substr(start, at - start);
    if (at - start > 1) ++read.multibyte;
  }
  return read;
}

// What is Windows-1252 is hardly ever sound UTF-8 as well; a file of the one kind into which a byte
// of the other was pasted keeps its other rows.
bool IsMostlyUtf8(std::size_t multibyte, std::size_t lost) { return lost == 0 || multibyte > lost; }

Error Unreadable() {
  return Error{.code = Code::kInvalidArgument,
               .message = "the file is not text in a known charset: save it as \"CSV UTF-8\"",
               .reason = "CHARSET_UNREADABLE"};
}

// Text has none; a cell that was damaged has a few.
bool IsBinary(std::string_view bytes) {
  return std::ranges::count(bytes, '\0') * 10 > std::ssize(bytes);
}

// With a joiner that shows nothing in runs of more marks than any language has: Unicode's
// Stream-Safe Text Format (UAX 15). Marks are put in order by the square of their number.
icu::UnicodeString StreamSafe(const icu::UnicodeString& text, const icu::Normalizer2& nfc) {
  constexpr int kMarksMax = 30;
  constexpr UChar32 kJoiner = 0x34F;
  icu::UnicodeString safe;
  int marks = 0;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 character = text.char32At(at);
    marks = nfc.getCombiningClass(character) == 0 ? 0 : marks + 1;
    if (marks > kMarksMax) {
      safe.append(kJoiner);
      marks = 1;
    }
    safe.append(character);
  }
  return safe;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!NextCodePoint(text, at)) return false;
  }
  return true;
}

std::string ToNfc(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return std::string(text);
  auto wide = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  if (nfc->spanQuickCheckYes(wide, status) == wide.length()) return std::string(text);
  wide = StreamSafe(wide, *nfc);
  std::string normal;
  nfc->normalize(wide, status).toUTF8String(normal);
  return U_FAILURE(status) ? std::string(text) : normal;
}

Result<DecodedText> DecodeText(std::string_view bytes) {
  const bool marked = bytes.starts_with(kUtf8Mark);
  if (marked) bytes.remove_prefix(kUtf8Mark.size());
  const bool has_nul = bytes.find('\0') != std::string_view::npos;
  if (!marked && has_nul) {
    const std::optional<std::string> wide = Detect(bytes);
    const std::optional<std::string> text = wide ? Convert(bytes, *wide) : std::nullopt;
    if (text) return DecodedText{ToNfc(*text), *wide, true};
  }
  const Utf8Text utf8 = ReadUtf8(bytes);
  const bool is_utf8 = marked || IsMostlyUtf8(utf8.multibyte, utf8.lost);
  if (is_utf8 && !IsBinary(bytes)) return DecodedText{ToNfc(utf8.text), "UTF-8", false};
  if (!is_utf8 && !has_nul) {
    const std::string charset = Detect(bytes).value_or(kSpreadsheetDefault);
    if (const auto text = Convert(bytes, charset)) return DecodedText{ToNfc(*text), charset, true};
  }
  return Unreadable();
}

void CharsetSurvey::Add(std::string_view piece) {
  if (!std::exchange(begun_, true)) {
    marked_ = piece.starts_with(kUtf8Mark);
    if (marked_) piece.remove_prefix(kUtf8Mark.size());
  }
  if (head_.size() < kEnough) head_ += piece.substr(0, kEnough - head_.size());
  has_nul_ = has_nul_ || piece.find('\0') != std::string_view::npos;
  const Utf8Text utf8 = ReadUtf8(piece);
  multibyte_ += utf8.multibyte;
  lost_ += utf8.lost;
}

Result<DecodedText> CharsetSurvey::Verdict() const {
  if (has_nul_) return Unreadable();
  if (marked_ || IsMostlyUtf8(multibyte_, lost_)) return DecodedText{"", "UTF-8", false};
  return DecodedText{"", Detect(head_).value_or(kSpreadsheetDefault), true};
}

Result<std::string> DecodePiece(std::string_view piece, const std::string& charset) {
  if (charset == "UTF-8") {
    if (piece.starts_with(kUtf8Mark)) piece.remove_prefix(kUtf8Mark.size());
    return ToNfc(ReadUtf8(piece).text);
  }
  const std::optional<std::string> text = Convert(piece, charset);
  if (!text) return Unreadable();
  return ToNfc(*text);
}

}  // namespace twinledger::client
