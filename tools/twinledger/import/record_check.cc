#include "twinledger/import/record_check.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace twinledger::client {
namespace {

// Who sees one council is of that council, and has nothing to do with the others of a file.
std::string RemedyForCouncil(const std::set<std::string>& registered) {
  constexpr std::string_view kWhy = "no such council is registered, or it is not yours: ";
  if (registered.size() != 1) {
    return fmt::format("{}check the spelling, or import the councils first", kWhy);
  }
  const std::string& own = *registered.begin();
  return fmt::format("{}check the spelling, or pass over what is of others with --council {}", kWhy,
                     own.substr(own.find('/') + 1));
}

}  // namespace

Result<CheckedRecords> CheckRecords(RecordFile& file, const ImportOptions& options,
                                    const std::set<std::string>* registered) {
  CheckedRecords checked;
  ImportReport& report = checked.report;
  report.validate_only = options.validate_only;
  TL_TRY_VOID(file.Rewind());
  while (true) {
    TL_TRY(auto read, file.Next());
    if (!read) break;
    ++report.read;
    if (read->problems.empty()) {
      const std::string council = "councils/" + read->row->council_id;
      if (registered == nullptr || registered->contains(council)) {
        checked.councils.insert(council);
        ++report.not_sent;
        continue;
      }
      read->problems.push_back(
          {read->line, "council_id", read->row->council_id, RemedyForCouncil(*registered)});
    }
    ++report.refused;
    for (CellProblem& problem : read->problems) AddProblem(std::move(problem), report);
  }
  report.held_back = report.refused > 0 && !options.skip_invalid;
  return checked;
}

}  // namespace twinledger::client
