#include "platform/server/stream_module.h"

#include <fmt/format.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/projection/serving_folder.h"
#include "platform/projection/store_folder.h"
#include "platform/server/settings.h"
#include "platform/writer/writer.h"

namespace twinledger::server {
namespace {

writer::WriterLimits LimitsOf(const Settings& settings) {
  writer::WriterLimits limits;
  limits.queue_commands_max = settings.queue_commands_max;
  return limits;
}

Result<const crypto::SigningKey*> WriterKeyOf(const std::string& stream, const Keys& keys) {
  const auto key = keys.writers.find(stream);
  if (key != keys.writers.end()) return &key->second;
  return Error{
      Code::kFailedPrecondition,
      fmt::format("the writer key of stream {0} is missing: restore keys/writer-{0}.pem", stream),
      "KEY_MISSING",
      {{"stream", stream}}};
}

// Threads: as Module. Fields in the order of who stands on whom.
class StreamModule final : public Module {
 public:
  StreamModule(const ModuleContext& context, const StreamService& service,
               const crypto::SigningKey* key, std::unique_ptr<projection::Runner> runner,
               std::string made_because)
      : stream_(service.stream),
        full_name_(service.full_name),
        projection_(service.projection),
        runner_(std::move(runner)),
        made_because_(std::move(made_because)),
        writer_(key == nullptr
                    ? nullptr
                    : std::make_unique<writer::Writer>(context.log, *runner_, context.founding,
                                                       std::string(stream_), *key, context.clock,
                                                       context.random, LimitsOf(context.settings))),
        calls_({.gate = context.gate,
                .runner = *runner_,
                .founding = context.founding,
                .projection = projection_,
                .writer = writer_.get(),
                .request_digest_key = context.keys.request_digest,
                .page_token_key = context.keys.token}),
        service_(service.make(calls_, *runner_, context.keyring)) {
    if (!service.make_process) return;
    TL_CHECK(writer_ != nullptr);
    follower_.emplace(service.make_process(context),
                      process::FollowerParts{*runner_, *writer_, context.founding, context.clock,
                                             &context.spare_time});
  }

  std::string_view name() const override { return stream_; }
  std::optional<Projected> projected() override {
    return Projected{projection_, *runner_, made_because_};
  }
  writer::Writer* writer() const override { return writer_.get(); }
  std::vector<HostedService> services() override { return {{full_name_, service_.get()}}; }
  process::Follower* process() override { return follower_ ? &*follower_ : nullptr; }

 private:
  const std::string_view stream_;
  const std::string_view full_name_;
  const projection::Projection& projection_;
  std::unique_ptr<projection::Runner> runner_;
  const std::string made_because_;
  const std::unique_ptr<writer::Writer> writer_;  // Null: it writes nothing.
  rpc::UnaryCalls calls_;
  std::unique_ptr<grpc::Service> service_;
  std::optional<process::Follower> follower_;
};

}  // namespace

Result<std::unique_ptr<Module>> OpenStreamModule(const ModuleContext& context,
                                                 const StreamService& service) {
  const std::string stream(service.stream);
  const crypto::SigningKey* key = nullptr;
  if (service.writes) {
    TL_TRY(key, WriterKeyOf(stream, context.keys));
  }
  const projection::ServingFolder folders(context.data.projections(), stream);
  folders.RemoveOthers();
  const std::filesystem::path folder = folders.Current();
  TL_TRY(
      projection::OpenedStore opened,
      projection::OpenStore(folder, service.projection, context.founding,
                            context.clean_stop.Left(folder) ? projection::StoreCheck::kCursors
                                                            : projection::StoreCheck::kEveryFile));
  TL_TRY(std::unique_ptr<projection::Runner> runner,
         projection::Runner::Open(context.log, context.founding, service.projection,
                                  std::move(opened.store), context.clock));
  if (service.rest_behind_records.count() > 0) {
    runner->RestBehindRecords(service.rest_behind_records);
    runner->WorkInSpareTime(context.spare_time);
  }
  return std::unique_ptr<Module>(std::make_unique<StreamModule>(
      context, service, key, std::move(runner), std::move(opened.made_because)));
}

}  // namespace twinledger::server
