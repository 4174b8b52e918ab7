#include "platform/server/operations_service.h"

#include <algorithm>

#include "platform/rpc/handler.h"
#include "platform/rpc/timestamp.h"
#include "platform/server/readiness.h"
#include "platform/server/rebuild.h"

namespace twinledger::server {
namespace {

namespace v1 = operations::v1;
using projection::PartitionStatus;

constexpr std::string_view kListProjections =
    "twinledger.operations.v1.OperationsService/ListProjections";
constexpr std::string_view kRebuildProjection =
    "twinledger.operations.v1.OperationsService/RebuildProjection";
constexpr std::string_view kGetHealth = "twinledger.operations.v1.OperationsService/GetHealth";

// One runs, and few wait to hear that it does.
constexpr std::size_t kStreamsMax = 4;
constexpr std::size_t kNameCharactersMax = 64;

std::uint64_t LagOf(const PartitionStatus& status) {
  return status.tail - std::min(status.tail, status.next_offset);
}

void Render(const PartitionStatus& status, v1::ProjectionPartition& partition) {
  partition.set_stream(status.partition.stream);
  partition.set_partition(status.partition.partition);
  partition.set_sequence(status.sequence);
  partition.set_next_offset(status.next_offset);
  partition.set_tail_offset(status.tail);
  partition.set_lag(LagOf(status));
  if (status.sequence > 0)
    *partition.mutable_record_time() = rpc::TimestampOf(status.record_time_us);
  partition.set_rows(status.rows);
  partition.set_voids(status.voids);
  partition.set_parked(status.parked);
  partition.set_digest(status.digest);
  // The reason alone: the text names files, and stands in the operator's log.
  if (status.stopped) partition.set_stopped(status.stopped->reason);
}

v1::ProjectionState StateOf(const projection::Runner& runner,
                            const std::vector<PartitionStatus>& partitions) {
  const bool stopped = std::any_of(partitions.begin(), partitions.end(),
                                   [](const auto& status) { return status.stopped.has_value(); });
  if (stopped) return v1::PROJECTION_STATE_STOPPED;
  return runner.CaughtUp() ? v1::PROJECTION_STATE_SERVING : v1::PROJECTION_STATE_CATCHING_UP;
}

void Render(std::string_view name, const projection::Runner& runner,
            const std::vector<PartitionStatus>& partitions, std::chrono::seconds behind_max,
            v1::ServiceHealth& health) {
  health.set_name(std::string(name));
  std::uint32_t stopped = 0;
  for (const PartitionStatus& status : partitions) {
    health.set_lag(health.lag() + LagOf(status));
    health.set_voids(health.voids() + status.voids);
    health.set_parked(health.parked() + status.parked);
    if (status.stopped) ++stopped;
  }
  health.set_partitions(static_cast<std::uint32_t>(partitions.size()));
  health.set_partitions_stopped(stopped);
  health.set_serving(ReadinessOf(runner, partitions, behind_max).why == Unready::kNot);
}

void Show(const Findings& findings, v1::GetHealthResponse& response) {
  for (const v1::HealthFinding& finding : findings) *response.add_findings() = finding;
}

std::uint32_t Unwritable(const writer::Writer* writer) {
  if (writer == nullptr) return 0;
  const std::vector<writer::WriterStatus> partitions = writer->Status();
  return static_cast<std::uint32_t>(
      std::ranges::count(partitions, true, &writer::WriterStatus::key_not_enrolled));
}

Error UnknownProjection(const std::string& name, const std::string& known) {
  return {Code::kNotFound,
          "there is no projection \"" + name + "\" here; there are: " + known,
          "UNKNOWN_PROJECTION",
          {{"name", name}, {"known", known}}};
}

v1::RebuildProjectionResponse ProgressMessage(const ReadProgress& progress) {
  v1::RebuildProjectionResponse response;
  response.mutable_progress()->set_records(progress.records);
  response.mutable_progress()->set_records_total(progress.records_total);
  response.mutable_progress()->set_records_per_second(progress.records_per_second);
  response.mutable_progress()->set_seconds_left(progress.seconds_left);
  return response;
}

v1::RebuildProjectionResponse ComparisonMessage(const Rebuilt& rebuilt,
                                                std::chrono::microseconds took) {
  v1::RebuildProjectionResponse response;
  v1::RebuildComparison& comparison = *response.mutable_comparison();
  comparison.set_equal(projection::AllEqual(rebuilt.pairs));
  comparison.set_replaced(rebuilt.replaced);
  comparison.set_seconds(std::chrono::duration<double>(took).count());
  for (const projection::DigestPair& pair : rebuilt.pairs) {
    v1::DigestComparison& digests = *comparison.add_partitions();
    digests.set_stream(pair.partition.stream);
    digests.set_partition(pair.partition.partition);
    digests.set_sequence(pair.sequence);
    digests.set_serving_digest(pair.serving);
    digests.set_rebuilt_digest(pair.rebuilt);
  }
  return response;
}

// A call whose request says nothing: who may call it is all there is to check.
template <class Request, class Fill>
grpc::ServerUnaryReactor* Answer(rpc::Gate& gate, grpc::CallbackServerContext& context,
                                 std::string_view method, const Request& request,
                                 const Fill& fill) {
  rpc::UnaryCall call(gate, context, method);
  Result<void> admitted = call.Enter(request.ByteSizeLong());
  if (admitted.ok()) admitted = call.Authorize(rpc::Scope::OfAll());
  if (admitted.ok()) fill();
  grpc::ServerUnaryReactor* const reactor = call.reactor();
  call.Finish(admitted);
  return reactor;
}

}  // namespace

OperationsService::OperationsService(const ModuleContext& context,
                                     const std::vector<std::unique_ptr<Module>>& modules,
                                     const LogScrub& scrub, WallTime certificate_ends,
                                     std::uint64_t fields_without_keys, std::string version)
    : context_(context),
      scrub_(scrub),
      certificate_ends_(certificate_ends),
      fields_without_keys_(fields_without_keys),
      version_(std::move(version)),
      started_at_(context.clock.Now()),
      streams_(context.gate, kStreamsMax) {
  for (const std::unique_ptr<Module>& module : modules) {
    const std::optional<Projected> projected = module->projected();
    if (!projected) continue;
    projections_.push_back(
        {std::string(module->name()), *projected, module->writer(), module->process()});
  }
}

grpc::ServerUnaryReactor* OperationsService::ListProjections(
    grpc::CallbackServerContext* context, const v1::ListProjectionsRequest* request,
    v1::ListProjectionsResponse* response) {
  return Answer(context_.gate, *context, kListProjections, *request, [&] {
    for (const Operated& named : projections_) {
      v1::Projection& projection = *response->add_projections();
      projection.set_name(named.name);
      projection.set_schema_version(named.projected.projection.schema_version());
      const std::vector<PartitionStatus> partitions = named.projected.runner.Status();
      projection.set_state(StateOf(named.projected.runner, partitions));
      for (const PartitionStatus& status : partitions) Render(status, *projection.add_partitions());
    }
  });
}

HealthBounds OperationsService::Bounds() const {
  const Settings& settings = context_.settings;
  return {std::chrono::seconds(settings.lag_seconds_max), settings.queue_commands_max,
          std::chrono::hours(settings.scrub_hours)};
}

Ground OperationsService::GroundNow() const {
  return {context_.log.Verdict(),        scrub_.found(),    scrub_.ended().value_or(started_at_),
          SpaceOf(context_.data.root()), certificate_ends_, fields_without_keys_};
}

grpc::ServerUnaryReactor* OperationsService::GetHealth(grpc::CallbackServerContext* context,
                                                       const v1::GetHealthRequest* request,
                                                       v1::GetHealthResponse* response) {
  return Answer(context_.gate, *context, kGetHealth, *request, [&] {
    response->set_version(version_);
    *response->mutable_started_at() = rpc::TimestampOf(started_at_.time_since_epoch().count());
    const HealthBounds bounds = Bounds();
    Show(FindingsOf(GroundNow(), bounds, context_.clock.Now()), *response);
    bool all_serve = true;
    // What started once and does not serve: its partitions, its lag, or the log as a whole; and
    // what cannot be written.
    bool degraded = !context_.log.Verdict().ok();
    for (const Operated& named : projections_) {
      v1::ServiceHealth& health = *response->add_services();
      const bool started = named.projected.runner.CaughtUp();
      const std::vector<PartitionStatus> partitions = named.projected.runner.Status();
      Render(named.name, named.projected.runner, partitions, bounds.behind_max, health);
      Show(FindingsOf(named, partitions, bounds, context_.clock.Monotonic()), *response);
      all_serve = all_serve && health.serving();
      health.set_partitions_unwritable(Unwritable(named.writer));
      degraded = degraded || health.partitions_stopped() > 0 ||
                 health.partitions_unwritable() > 0 || (started && !health.serving());
    }
    response->set_state(draining_   ? v1::SERVER_STATE_DRAINING
                        : degraded  ? v1::SERVER_STATE_DEGRADED
                        : all_serve ? v1::SERVER_STATE_SERVING
                                    : v1::SERVER_STATE_STARTING);
  });
}

grpc::ServerWriteReactor<v1::RebuildProjectionResponse>* OperationsService::RebuildProjection(
    grpc::CallbackServerContext* context, const v1::RebuildProjectionRequest* request) {
  rpc::Violations wrong;
  wrong.Required("name", request->name(), kNameCharactersMax);
  return streams_.Run<v1::RebuildProjectionResponse>(
      context, kRebuildProjection, rpc::Scope::OfAll(), wrong,
      [this, name = request->name(),
       replace = !request->compare_only()](RebuildWriter& out) -> Result<void> {
        const auto named = std::ranges::find(projections_, name, &Operated::name);
        if (named != projections_.end()) return RunRebuild(*named, replace, out);
        std::string known;
        for (const Operated& other : projections_)
          known += (known.empty() ? "" : ", ") + other.name;
        return UnknownProjection(name, known);
      });
}

Result<void> OperationsService::RunRebuild(const Operated& named, bool replace,
                                           RebuildWriter& out) {
  if (!named.projected.runner.CaughtUp()) {
    Error not_ready{Code::kUnavailable, "the projection still reads the log; ask again later",
                    "NOT_READY"};
    not_ready.retry_after = std::chrono::seconds(5);
    return not_ready;
  }
  if (rebuilding_.exchange(true)) {
    return Error{Code::kFailedPrecondition, "a rebuild is running already; wait until it has ended",
                 "REBUILD_RUNNING"};
  }
  const MonotonicTime started = context_.clock.Monotonic();
  const Result<Rebuilt> rebuilt = Rebuild(
      {context_.log, context_.founding, context_.data, context_.clock, named.projected, replace},
      [&out](const ReadProgress& progress) { return out.Write(ProgressMessage(progress)); });
  rebuilding_ = false;
  if (!rebuilt) return rebuilt.error();
  out.Write(ComparisonMessage(*rebuilt, context_.clock.Monotonic() - started));
  return {};
}

}  // namespace twinledger::server
