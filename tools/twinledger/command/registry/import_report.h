// What an import was asked to do, and what is told of it.
#pragma once

#include <string>

#include "twinledger/command/program.h"
#include "twinledger/import/importer.h"
#include "twinledger/import/report.h"

namespace twinledger::client {

struct ImportFlags {
  std::string file;
  std::string council;  // The one that is imported, where a file has several; empty for all.
  ImportOptions options;
};

struct ImportSource {
  std::string layout;  // "councils"
  std::string charset;
  bool charset_assumed = false;
};

// FILE, and the options.
void AddImportFlags(Command command, ImportFlags& flags);
// --validate-only, --skip-invalid.
void AddImportOptions(Command command, ImportFlags& flags);

// The report on stdout; its problems, and the command that goes on, on stderr.
ExitCode ShowImport(Session& session, const ImportReport& report, const ImportSource& source,
                    const ImportFlags& flags);

}  // namespace twinledger::client
