// Where a command writes: results to stdout, all else to stderr.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace twinledger::client {

// Threads: confined to one at a time.
struct Terminal {
  std::ostream& out;  // The result, and nothing else.
  std::ostream& err;
  bool err_is_terminal = false;  // Progress may be drawn in place.
  bool colour = false;           // On stderr.
};

// Of this process. Colour needs a terminal and no NO_COLOR (no-color.org).
Terminal ProcessTerminal();

// `text` for a terminal: control characters, which could redraw what stands beside them, become a
// space; line ends too.
std::string Printable(std::string_view text);

// Columns that UTF-8 `text` takes on a terminal.
std::size_t DisplayWidth(std::string_view text);

}  // namespace twinledger::client
