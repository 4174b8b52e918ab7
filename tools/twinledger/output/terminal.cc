#include "twinledger/output/terminal.h"

#include <unicode/uchar.h>
#include <unistd.h>

#include <iostream>

#include "platform/base/environment.h"
#include "twinledger/output/utf8.h"

namespace twinledger::client {
namespace {

bool IsWide(UChar32 point) {
  const int width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH;
}

bool TakesNoSpace(UChar32 point) {
  const int kind = u_charType(point);
  return kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR;
}

bool RedrawsTheTerminal(UChar32 point) {
  const int kind = u_charType(point);
  return kind == U_CONTROL_CHAR || kind == U_LINE_SEPARATOR || kind == U_PARAGRAPH_SEPARATOR ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

Terminal ProcessTerminal() {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const bool no_colour = !Environment("NO_COLOR").value_or("").empty();
  return {.out = std::cout,
          .err = std::cerr,
          .err_is_terminal = terminal,
          .colour = terminal && !no_colour};
}

std::string Printable(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const auto point = NextCodePoint(text, at);
    if (!point) {
      printable += "\xEF\xBF\xBD";  // U+FFFD: not UTF-8.
    } else if (RedrawsTheTerminal(*point)) {
      printable += ' ';
    } else {
      printable += text.substr(start, at - start);
    }
  }
  return printable;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto point = NextCodePoint(text, at);
    if (point && TakesNoSpace(*point)) continue;
    width += point && IsWide(*point) ? 2 : 1;
  }
  return width;
}

}  // namespace twinledger::client
