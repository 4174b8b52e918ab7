#include "platform/server/host.h"

#include <fmt/format.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "platform/base/private_file.h"
#include "platform/crypto/certificates.h"
#include "platform/identity/replica_identity.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/unreadable_message.h"
#include "platform/server/chosen_services.h"
#include "platform/server/open_keyring.h"
#include "platform/server/readiness.h"
#include "platform/server/server_options.h"
#include "platform/server/startup_progress.h"

namespace twinledger::server {
namespace {

constexpr std::chrono::milliseconds kLastAnswers{500};  // To be sent, when all calls have ended.

// Behind a stop that was not clean, a log that is checked in this time is checked before it is
// served.
constexpr std::chrono::seconds kFirstScrub{1};
// Of each partition, as far as the last segment has them: their sealed fields must have keys.
constexpr std::uint64_t kKeysOfRecords = 64;

// A status reads rows of each partition: it is asked for once a look.
using Partitions = std::vector<projection::PartitionStatus>;

bool IsStopped(const projection::PartitionStatus& status) { return status.stopped.has_value(); }

bool IsDamaged(const projection::PartitionStatus& status) {
  return status.stopped && status.stopped->code == Code::kDataLoss;
}

bool IsRead(const projection::PartitionStatus& status) {
  return status.stopped || status.next_offset >= status.tail;
}

// Nothing more is read of what the log had: it is there, or its partition is stopped. One that is
// damaged ends the start, whatever the others have still to read.
bool IsSettled(const projection::Runner& runner, const Partitions& partitions) {
  return runner.CaughtUp() || std::ranges::any_of(partitions, IsDamaged) ||
         (std::ranges::any_of(partitions, IsStopped) && std::ranges::all_of(partitions, IsRead));
}

std::uint64_t RecordsReadBy(const std::vector<projection::Runner*>& runners) {
  std::uint64_t records = 0;
  for (const projection::Runner* const runner : runners) records += RecordsRead(runner->Status());
  return records;
}

}  // namespace

Result<std::unique_ptr<Host>> Host::Open(const Settings& settings,
                                         const std::vector<Assembly>& assemblies,
                                         const HostWorld& world) {
  TL_TRY(const std::vector<Assembly> chosen, ChosenServices(assemblies, settings.services));
  std::unique_ptr<Host> host(new Host(settings, world));
  TL_TRY_VOID(MakePrivateFolder(settings.data_dir.root()));
  TL_TRY(host->clean_stop_, CleanStop::Take(settings.data_dir));
  // A folder that has no part in a log on Kafka gets no authority either: it may become a
  // replica's.
  if (settings.kafka) TL_TRY_VOID(host->OpenLog());
  TL_TRY_VOID(host->OpenIdentity());
  if (!settings.kafka) TL_TRY_VOID(host->OpenLog());
  TL_TRY_VOID(host->OpenKeys());
  RemoveEndpointFile(settings.data_dir);  // Not before: until here it may be of a server that runs.
  if (!host->log_.torn.empty()) world.logger.Warning(host->log_.torn, {.reason = "TORN_TAIL"});
  if (!host->log_.head_slot.empty()) {
    world.logger.Warning(host->log_.head_slot, {.reason = "HEAD_SLOT_DAMAGED"});
  }
  if (host->log_.founded) host->TellFirstStart();  // Whatever becomes of this start.
  TL_TRY_VOID(host->OpenListeners());
  TL_TRY_VOID(host->OpenModules(chosen));
  return host;
}

Host::Host(const Settings& settings, const HostWorld& world)
    : settings_(settings),
      world_(world),
      kafka_lines_(world.logger, "librdkafka", "KAFKA"),
      void_alarm_(world.logger, world.clock),
      call_lines_(world.logger, world.clock),
      limiter_({.units_per_second = static_cast<double>(settings.account_units_per_second),
                .burst_units = static_cast<double>(settings.account_units_burst)},
               world.clock) {
  metrics_.Add(call_lines_);
  ExpectCalls(OperationsService::kName);
}

Host::~Host() { Drain(); }

Result<void> Host::OpenLog() {
  OpenLogOptions options{.pin = settings_.founding_hash};
  options.embedded.segment_bytes = settings_.segment_bytes;
  options.kafka = settings_.kafka;
  options.kafka_options.log = [this](std::string_view line) { kafka_lines_.Write(line); };
  TL_TRY(log_, OpenDataDirectory(settings_.data_dir, options, world_.clock, world_.random));
  return {};
}

// Before an embedded log is founded: so a first start that was cut short is told from certificates
// that are gone.
Result<void> Host::OpenIdentity() {
  const std::filesystem::path folder = settings_.data_dir.identity();
  // On Kafka the log is founded before the authority is made: what a server left tells more.
  const std::filesystem::path served =
      settings_.kafka ? settings_.data_dir.projections() : settings_.data_dir.log();
  if (!std::filesystem::exists(folder) && std::filesystem::exists(served)) {
    return Error{Code::kFailedPrecondition,
                 folder.string() +
                     " is missing, and a log is there: restore it from a backup; to begin with a "
                     "new authority, which makes every credential anew, create it empty",
                 "IDENTITY_MISSING",
                 {{"folder", folder.string()}}};
  }
  identity::AuthorityOptions options;
  options.trust_domain = settings_.trust_domain;
  options.server_names = settings_.server_names;
  // Port 0 is another one every time: credentials cannot name it.
  if (settings_.listen.port != 0) {
    options.server = "127.0.0.1:" + std::to_string(settings_.listen.port);
  }
  if (identity::IsReplica(folder)) {
    TL_TRY(credential_, identity::OpenReplica(folder, options, world_.clock));
  } else {
    TL_TRY(const identity::Authority authority,
           identity::Authority::Open(folder, options, world_.clock, world_.random));
    credential_ = authority.server();
  }
  TL_TRY(principals_, identity::PrincipalDirectory::Open(folder, world_.clock));
  authenticator_ = std::make_unique<rpc::Authenticator>(*principals_, settings_.trust_domain);
  gate_ = std::make_unique<rpc::Gate>(*authenticator_, limiter_, world_.clock,
                                      [this](const rpc::CallEnd& end) { OnCallEnd(end); });
  return {};
}

Result<void> Host::OpenKeys() {
  const DataDirectory& data = settings_.data_dir;
  const bool replica = identity::IsReplica(data.identity());
  TL_TRY(OpenedKeyring opened, OpenKeyring(data, log_.founding, replica, world_.random));
  keyring_ = std::move(opened.keyring);
  if (opened.made) {
    world_.logger.Warning(
        data.keyring().string() +
            " was not there, nor its key, and is made: right for a log that an older program "
            "founded; if fields of this log were sealed before, restore keys/ and keyring/",
        {.reason = "KEYRING_MADE"});
  }
  // Another replica may have made what is not here.
  if (!log_.log->HasSoleWriter()) return {};
  const Result<LostKeys> lost =
      FindLostKeys(*log_.log, settings_.data_dir.log(), log_.founding, *keyring_, kKeysOfRecords);
  // What is wrong with the log is told by who reads all of it.
  if (!lost || lost->fields == 0) return {};
  fields_without_keys_ = lost->fields;
  TellLostKeys(*lost);
  return {};
}

Result<void> Host::OpenListeners() {
  TL_TRY(health_, Health::Open(settings_.health_listen));
  TL_TRY(metrics_listener_, telemetry::MetricsListener::Open(settings_.metrics_listen.host,
                                                             settings_.metrics_listen.port,
                                                             [this] { return metrics_.Render(); }));
  endpoints_.health = health_->address();
  endpoints_.metrics = {settings_.metrics_listen.host, metrics_listener_->port()};
  for (const Address& address : {endpoints_.health, endpoints_.metrics}) {
    if (address.IsLoopback()) continue;
    world_.logger.Warning(
        address.ToString() +
            " is reachable from other machines in plain text; it tells counts only",
        {.reason = "PLAIN_TEXT_LISTENER"});
  }
  return {};
}

Result<void> Host::OpenModules(const std::vector<Assembly>& assemblies) {
  for (const Assembly& assembly : assemblies) {
    TL_TRY(std::unique_ptr<Module> module, assembly.open(Context()));
    TellRebuild(*module);
    for (const HostedService& hosted : module->services()) ExpectCalls(hosted.full_name);
    modules_.push_back(std::move(module));
  }
  TL_TRY(const crypto::CertificateFacts own, crypto::Inspect(credential_.certificate_pem));
  scrub_ = MakeScrub();
  metrics_.Add(*scrub_);
  store_scrub_ = MakeStoreScrub();
  metrics_.Add(*store_scrub_);
  operations_ = std::make_unique<OperationsService>(Context(), modules_, *scrub_, own.not_after,
                                                    fields_without_keys_, world_.version);
  health_service_ = std::make_unique<HealthService>(*gate_, *health_);
  projection_metrics_ = std::make_unique<ProjectionMetrics>(
      modules_, world_.logger, world_.clock, std::chrono::seconds(settings_.lag_seconds_max));
  metrics_.Add(*projection_metrics_);
  server_metrics_ = std::make_unique<ServerMetrics>(ServerMetricsParts{
      world_.version, settings_.data_dir, *log_.log, *keyring_, *gate_, modules_,
      settings_.queue_commands_max, world_.clock.Now(), own.not_after, fields_without_keys_});
  metrics_.Add(*server_metrics_);
  return {};
}

void Host::ExpectCalls(std::string_view service) {
  for (const std::string& method : rpc::MethodsWithRow()) {
    if (method.starts_with(std::string(service) + "/")) metrics_.ExpectCalls(method);
  }
}

ModuleContext Host::Context() {
  return {*log_.log,     log_.founding, settings_.data_dir, log_.keys,   *keyring_,  world_.clock,
          world_.random, *gate_,        settings_,          clean_stop_, spare_time_};
}

std::vector<projection::Runner*> Host::Runners() const {
  std::vector<projection::Runner*> runners;
  for (const std::unique_ptr<Module>& module : modules_) {
    if (const std::optional<Projected> projected = module->projected()) {
      runners.push_back(&projected->runner);
    }
  }
  return runners;
}

void Host::CatchUp(const std::function<bool()>& stop) {
  const std::vector<projection::Runner*> runners = Runners();
  const std::uint64_t begun = RecordsReadBy(runners);
  if (!IsLogAsLeft()) scrub_->Start();
  feed_ = std::make_unique<projection::Feed>(*log_.log, log_.founding);
  for (projection::Runner* const runner : runners) runner->Start(*feed_);
  feed_->Start();
  StartupProgress progress(world_.logger, world_.clock, world_.terminal);
  while (true) {
    bool settled = true;
    Partitions all;
    for (const projection::Runner* const runner : runners) {
      const Partitions partitions = runner->Status();
      settled = settled && IsSettled(*runner, partitions);
      all.insert(all.end(), partitions.begin(), partitions.end());
    }
    if (settled || stop()) break;
    TellTrouble();
    TellNoRoom(all);
    progress.Update(all);
  }
  progress.End();
  world_.logger.Info("caught up: read " + std::to_string(RecordsReadBy(runners) - begun) +
                     " records behind the cursors");
}

// Commands that wait are answered with `damage`, and nothing is appended any more.
void Host::StopWriting(const Error& damage) {
  for (projection::Runner* const runner : Runners()) {
    runner->Post([runner, damage] {
      for (const projection::PartitionStatus& status : runner->Status()) {
        runner->view(status.partition).Stop(damage);
      }
    });
  }
}

Result<void> Host::FindDamage(const std::vector<projection::PartitionStatus>& partitions) const {
  const auto damaged = std::ranges::find_if(partitions, IsDamaged);
  if (damaged != partitions.end()) return *damaged->stopped;
  Result<void> verdict = log_.log->Verdict();
  if (!verdict && verdict.error().code == Code::kDataLoss) return verdict;
  Result<void> found = scrub_->found();
  if (!found && found.error().code == Code::kDataLoss) return found;
  for (const projection::Runner* const runner : Runners()) TL_TRY_VOID(runner->store().Verdict());
  return {};
}

Partitions Host::AllPartitions() const {
  Partitions all;
  for (const projection::Runner* const runner : Runners()) {
    const Partitions partitions = runner->Status();
    all.insert(all.end(), partitions.begin(), partitions.end());
  }
  return all;
}

Result<void> Host::Serve() {
  if (!IsLogAsLeft()) scrub_->WaitForPass(kFirstScrub);
  scrub_->Pace();
  // What is written behind damage cannot be told from what was there.
  TL_TRY_VOID(FindDamage(AllPartitions()));
  if (settings_.reflection) TL_TRY_VOID(EnableReflection());
  grpc::ServerBuilder builder;
  Limit(builder);
  rpc::ExplainUnreadableMessages(builder);
  int port = 0;
  builder.AddListeningPort(settings_.listen.ToString(), MutualTls(credential_), &port);
  builder.RegisterCallbackGenericService(&unknown_method_);
  builder.RegisterService(operations_.get());
  builder.RegisterService(health_service_.get());
  for (const std::unique_ptr<Module>& module : modules_) {
    for (const HostedService& hosted : module->services()) builder.RegisterService(hosted.service);
  }
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) return AddressInUse("listen", settings_.listen);
  spare_poller_ = std::make_unique<rpc::SparePoller>(std::thread::hardware_concurrency());
  endpoints_.services = {settings_.listen.host, static_cast<std::uint16_t>(port)};
  // It tells how the others are, so it is asked wherever it answers at all.
  health_->Set(std::string(OperationsService::kName), true);
  // Whoever finds the file finds a server whose probes say that it serves.
  TL_TRY_VOID(Check());
  TL_TRY_VOID(WriteEndpointFile(settings_.data_dir, endpoints_));
  for (const std::unique_ptr<Module>& module : modules_) {
    if (process::Follower* const process = module->process()) process->Start();
  }
  if (IsLogAsLeft()) scrub_->Start();
  store_scrub_->Start();
  stops_clean_ = true;
  world_.logger.Info("serving on " + endpoints_.services.ToString() + ", probes on " +
                     endpoints_.health.ToString() + ", metrics on " +
                     endpoints_.metrics.ToString());
  return {};
}

Result<void> Host::Check() {
  const bool sound_topics = log_.log->Verdict().ok();
  bool all_serve = true;
  Partitions all;
  for (const std::unique_ptr<Module>& module : modules_) {
    bool serves = true;
    if (const std::optional<Projected> projected = module->projected()) {
      const Partitions partitions = projected->runner.Status();
      all.insert(all.end(), partitions.begin(), partitions.end());
      const Readiness readiness = ReadinessOf(projected->runner, partitions,
                                              std::chrono::seconds(settings_.lag_seconds_max));
      serves = TellReadiness(std::string(module->name()), readiness.text);
      for (const projection::PartitionStatus& status : partitions) {
        if (!status.stopped || !told_.insert(status.partition).second) continue;
        world_.logger.Failure(status.stopped->message, {.partition = ToString(status.partition),
                                                        .reason = status.stopped->reason});
      }
    }
    serves = serves && sound_topics;
    for (const HostedService& hosted : module->services()) {
      health_->Set(std::string(hosted.full_name), serves);
    }
    all_serve = all_serve && serves;
  }
  health_->Set("", all_serve);
  TellTrouble();
  void_alarm_.Look(all);
  for (const std::unique_ptr<Module>& module : modules_) {
    TellUnwritable(*module);
    TellProcess(*module);
  }
  Result<void> sound = FindDamage(all);
  if (!sound) {
    stops_clean_ = false;
    StopWriting(sound.error());
  }
  return sound;
}

void Host::OnCallEnd(const rpc::CallEnd& end) {
  const std::string_view code = end.result ? "OK" : rpc::Name(end.result.error().code);
  metrics_.CountCall(end.method, code, end.took);
  if (!end.result && end.result.error().code == Code::kResourceExhausted) {
    metrics_.CountLimited(end.result.error().reason);
  }
  call_lines_.Tell(end);
}

void Host::Drain() {
  if (server_ != nullptr) {
    world_.logger.Info("draining: calls in flight are finished, no new ones are taken");
    operations_->SetDraining();
    health_->Set("", false);
    health_->Set(std::string(OperationsService::kName), false);
    for (const std::unique_ptr<Module>& module : modules_) {
      for (const HostedService& hosted : module->services()) {
        health_->Set(std::string(hosted.full_name), false);
      }
    }
    RemoveEndpointFile(settings_.data_dir);
    gate_->Drain(std::chrono::seconds(settings_.drain_seconds));
    for (const std::unique_ptr<Module>& module : modules_) {
      if (writer::Writer* const writer = module->writer()) writer->TellToRepeat();
    }
    // gRPC waits for connections too, and a client that is idle may not hear of it for long.
    server_->Shutdown(std::chrono::system_clock::now() + kLastAnswers);
    spare_poller_.reset();
    server_.reset();
  }
  for (const std::unique_ptr<Module>& module : modules_) {
    if (process::Follower* const process = module->process()) process->Stop();
  }
  stops_clean_ = stops_clean_ && FindDamage(AllPartitions()).ok();
  if (feed_ != nullptr) {
    feed_->Stop();
    for (projection::Runner* const runner : Runners()) runner->Stop();
    feed_.reset();
  }
  if (server_metrics_ != nullptr) metrics_.Remove(*server_metrics_);
  server_metrics_.reset();
  if (projection_metrics_ != nullptr) metrics_.Remove(*projection_metrics_);
  projection_metrics_.reset();
  operations_.reset();
  if (scrub_ != nullptr) metrics_.Remove(*scrub_);
  scrub_.reset();
  if (store_scrub_ != nullptr) metrics_.Remove(*store_scrub_);
  store_scrub_.reset();
  modules_.clear();
  log_.log.reset();
  if (!std::exchange(stops_clean_, false)) return;
  if (const Result<void> marked = MarkCleanStop(settings_.data_dir); !marked) {
    world_.logger.Warning(
        "the next start reads all projections before it serves: " + marked.error().message,
        {.reason = marked.error().reason});
  }
}

}  // namespace twinledger::server
