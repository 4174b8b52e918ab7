#include "twinledger/csv/charset.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "twinledger/output/utf8.h"

namespace twinledger::client {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Below this ucsdet guesses; a short list of names gives it little to go by.
constexpr std::int32_t kConfident = 60;

constexpr const char* kSpreadsheetDefault = "windows-1252";

// Only what spreadsheet programs write here is worth more than the default.
std::optional<std::string> Detect(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status),
                                                                            &ucsdet_close);
  constexpr std::size_t kEnough = 64 * 1024;
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
  const auto wide = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  std::string normal;
  nfc->normalize(wide, status).toUTF8String(normal);
  return U_FAILURE(status) ? std::string(text) : normal;
}

Result<DecodedText> DecodeText(std::string_view bytes) {
  const bool marked = bytes.starts_with(kUtf8Mark);
  if (marked) bytes.remove_prefix(kUtf8Mark.size());
  const bool has_nul = bytes.find('\0') != std::string_view::npos;  // UTF-16, or no text at all.
  if (!has_nul && IsUtf8(bytes)) return DecodedText{ToNfc(bytes), "UTF-8", false};
  const std::optional<std::string> detected = marked ? std::nullopt : Detect(bytes);
  if (!marked && (detected || !has_nul)) {
    const std::string charset = detected.value_or(kSpreadsheetDefault);
    if (const auto text = Convert(bytes, charset)) return DecodedText{ToNfc(*text), charset, true};
  }
  return Error{.code = Code::kInvalidArgument,
               .message = marked ? "the file says that it is UTF-8 and is not: save it again as "
                                   "\"CSV UTF-8\""
                                 : "the file is not text in a known charset: save it as \"CSV "
                                   "UTF-8\"",
               .reason = "CHARSET_UNREADABLE"};
}

}  // namespace twinledger::client
