#include "risk/risk.h"

#include <chrono>

#include "platform/server/stream_module.h"
#include "risk/process/risk_process.h"
#include "risk/projection/risk_projection.h"
#include "risk/rpc/service.h"
#include "risk/rules/built_in.h"

namespace twinledger::risk {
namespace {

const RiskProjection kRows{};  // A runner keeps a reference to it; it holds nothing.

// What is assessed is looked at every 100 ms.
constexpr std::chrono::milliseconds kRest{20};

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  const log::Founding& founding = context.founding;
  const Clock& clock = context.clock;
  return server::OpenStreamModule(
      context, {.stream = kStream,
                .projection = kRows,
                .full_name = kServiceName,
                .make =
                    [&founding, &clock](rpc::UnaryCalls& calls, const projection::Runner& runner,
                                        keyring::Keyring& /*keyring*/) {
                      return MakeService(calls, {runner, founding, clock, Tl1()});
                    },
                .make_process =
                    [](const server::ModuleContext& of) {
                      return std::make_unique<RiskProcess>(Tl1(), of.keys.request_digest);
                    },
                .rest_behind_records = kRest});
}

}  // namespace twinledger::risk
