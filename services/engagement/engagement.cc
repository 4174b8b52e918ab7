#include "engagement/engagement.h"

#include "engagement/projection/engagement_projection.h"
#include "engagement/rpc/service.h"
#include "platform/server/stream_module.h"

namespace twinledger::engagement {
namespace {

const EngagementProjection kRows{};  // A runner keeps a reference to it; it holds nothing.

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  return server::OpenStreamModule(
      context,
      {.stream = kStream, .projection = kRows, .full_name = kServiceName, .make = MakeService});
}

}  // namespace twinledger::engagement
