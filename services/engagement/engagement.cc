#include "engagement/engagement.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engagement/projection/engagement_projection.h"
#include "engagement/rpc/service.h"
#include "platform/projection/runner.h"
#include "platform/projection/store_folder.h"
#include "platform/rpc/handler.h"
#include "platform/server/settings.h"
#include "platform/writer/writer.h"

namespace twinledger::engagement {
namespace {

const EngagementProjection kRows{};  // A runner keeps a reference to it; it holds nothing.

writer::WriterLimits LimitsOf(const server::Settings& settings) {
  writer::WriterLimits limits;
  limits.queue_commands_max = settings.queue_commands_max;
  return limits;
}

// Threads: as Module. Fields in the order of who stands on whom.
class Engagement final : public server::Module {
 public:
  Engagement(const server::ModuleContext& context, const crypto::SigningKey& key,
             std::unique_ptr<projection::Runner> runner, std::string made_because)
      : runner_(std::move(runner)),
        made_because_(std::move(made_because)),
        writer_(context.log, *runner_, context.founding, std::string(kStream), key, context.clock,
                context.random, LimitsOf(context.settings)),
        calls_({.gate = context.gate,
                .runner = *runner_,
                .founding = context.founding,
                .projection = kRows,
                .writer = &writer_,
                .request_digest_key = context.keys.request_digest,
                .page_token_key = context.keys.token}),
        service_(MakeService(calls_, *runner_, context.keyring)) {}

  std::string_view name() const override { return kStream; }
  std::optional<server::Projected> projected() override {
    return server::Projected{kRows, *runner_, made_because_};
  }
  const writer::Writer* writer() const override { return &writer_; }
  std::vector<server::HostedService> services() override {
    return {{kServiceName, service_.get()}};
  }

 private:
  std::unique_ptr<projection::Runner> runner_;
  const std::string made_because_;
  writer::Writer writer_;
  rpc::UnaryCalls calls_;
  std::unique_ptr<grpc::Service> service_;
};

}  // namespace

Result<std::unique_ptr<server::Module>> Open(const server::ModuleContext& context) {
  const auto key = context.keys.writers.find(std::string(kStream));
  if (key == context.keys.writers.end()) {
    return Error{
        Code::kFailedPrecondition,
        "the writer key of stream engagement is missing: restore keys/writer-engagement.pem",
        "KEY_MISSING",
        {{"stream", std::string(kStream)}}};
  }
  TL_TRY(projection::OpenedStore opened,
         projection::OpenStore(context.data.projection(kStream), kRows, context.founding));
  TL_TRY(std::unique_ptr<projection::Runner> runner,
         projection::Runner::Open(context.log, context.founding, kRows, std::move(opened.store),
                                  context.clock));
  return std::unique_ptr<server::Module>(std::make_unique<Engagement>(
      context, key->second, std::move(runner), std::move(opened.made_because)));
}

}  // namespace twinledger::engagement
