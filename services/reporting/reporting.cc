#include "reporting/reporting.h"

#include <chrono>

#include "platform/server/stream_module.h"
#include "reporting/projection/reporting_projection.h"
#include "reporting/rpc/service.h"

namespace twinledger::reporting {
namespace {

const ReportingProjection kRows{};  // A runner keeps a reference to it; it holds nothing.

// Who shows a token waits for no rest; others see a report that is so much older.
constexpr std::chrono::milliseconds kRest{20};

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  return server::OpenStreamModule(
      context,
      {.stream = kName,
       .writes = false,
       .projection = kRows,
       .full_name = kServiceName,
       .make = [&clock = context.clock](rpc::UnaryCalls& calls, const projection::Runner&,
                                        keyring::Keyring&) { return MakeService(calls, clock); },
       .rest_behind_records = kRest});
}

}  // namespace twinledger::reporting
