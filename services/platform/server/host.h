// One process of services: opens the log and the modules, serves, drains.
//
//   Open -> CatchUp -> Serve -> Check, Check, ... -> Drain
//
// The log is read before the first call is taken: until then probes say NOT_SERVING.
#pragma once

#include <grpcpp/server.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/spare_time.h"
#include "platform/identity/authority.h"
#include "platform/identity/principal_directory.h"
#include "platform/keyring/keyring.h"
#include "platform/projection/feed.h"
#include "platform/rpc/caller.h"
#include "platform/rpc/gate.h"
#include "platform/rpc/rate_limiter.h"
#include "platform/rpc/spare_poller.h"
#include "platform/rpc/unknown_method.h"
#include "platform/server/call_lines.h"
#include "platform/server/clean_stop.h"
#include "platform/server/endpoint_file.h"
#include "platform/server/health.h"
#include "platform/server/health_service.h"
#include "platform/server/limited_lines.h"
#include "platform/server/log_scrub.h"
#include "platform/server/lost_keys.h"
#include "platform/server/module.h"
#include "platform/server/open_log.h"
#include "platform/server/operations_service.h"
#include "platform/server/projection_metrics.h"
#include "platform/server/server_metrics.h"
#include "platform/server/store_scrub.h"
#include "platform/server/void_alarm.h"
#include "platform/telemetry/logger.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/metrics_listener.h"

namespace twinledger::server {

struct HostWorld {
  const Clock& clock;
  RandomSource& random;
  telemetry::Logger& logger;
  bool terminal = false;  // Progress may be drawn.
  std::string version;
};

// Threads: confined to one.
class Host {
 public:
  // What it is given must outlive it. The errors are those of what it opens, and INVALID_ARGUMENT,
  // reason UNKNOWN_SERVICE or SERVICE_TWICE.
  static Result<std::unique_ptr<Host>> Open(const Settings& settings,
                                            const std::vector<Assembly>& assemblies,
                                            const HostWorld& world);
  ~Host();

  // Starts reading, and returns when every module has reached the end that the log has now, or
  // `stop` says so.
  void CatchUp(const std::function<bool()>& stop);

  // Takes calls. DATA_LOSS: reason LOG_DAMAGED, if a partition is; STORE_DAMAGED, if the rows of a
  // projection are, which another host on this data directory makes again.
  Result<void> Serve();

  // Tells probes and the operator's log what changed. About once a second. DATA_LOSS as Serve: all
  // partitions stand in one log, so nothing may be written behind the damage of one.
  Result<void> Check();

  // NOT_SERVING, nothing new is taken, what is in flight ends; then everything is closed. One that
  // served and met no damage leaves the mark of a clean stop.
  void Drain();

 private:
  Host(const Settings& settings, const HostWorld& world);
  Result<void> OpenLog();
  Result<void> OpenIdentity();
  Result<void> OpenKeys();
  void TellLostKeys(const LostKeys& lost) const;
  Result<void> OpenListeners();
  Result<void> OpenModules(const std::vector<Assembly>& assemblies);
  void ExpectCalls(std::string_view service);  // Of its methods, for the metrics.
  void TellFirstStart() const;
  void TellRebuild(Module& module) const;
  Result<void> FindDamage(const std::vector<projection::PartitionStatus>& partitions) const;
  std::unique_ptr<LogScrub> MakeScrub() const;
  std::unique_ptr<StoreScrub> MakeStoreScrub() const;
  bool IsLogAsLeft() const { return clean_stop_.Left(settings_.data_dir.log()); }
  std::vector<projection::PartitionStatus> AllPartitions() const;
  bool TellReadiness(const std::string& module, const std::string& why_not);
  void TellTrouble();
  void TellNoRoom(const std::vector<projection::PartitionStatus>& partitions);  // At a start.
  // Whether that is news.
  bool TellOnce(const Result<void>& found, std::string_view about, std::string& told);
  void TellUnwritable(const Module& module);
  void TellProcess(Module& module);
  void StopWriting(const Error& damage);
  void OnCallEnd(const rpc::CallEnd& end);
  ModuleContext Context();
  std::vector<projection::Runner*> Runners() const;

  const Settings& settings_;
  const HostWorld world_;
  telemetry::Metrics metrics_;
  LimitedLines kafka_lines_;  // Threads of the log write to it.
  VoidAlarm void_alarm_;
  CleanStop clean_stop_;      // As this host found it.
  bool stops_clean_ = false;  // It serves, and met no damage.
  CallLines call_lines_;
  OpenedLog log_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::uint64_t fields_without_keys_ = 0;
  identity::ServerCredential credential_;
  std::unique_ptr<identity::PrincipalDirectory> principals_;
  std::unique_ptr<rpc::Authenticator> authenticator_;
  rpc::RateLimiter limiter_;
  std::unique_ptr<rpc::Gate> gate_;
  std::unique_ptr<Health> health_;
  SpareTime spare_time_;
  std::vector<std::unique_ptr<Module>> modules_;
  std::unique_ptr<ProjectionMetrics> projection_metrics_;
  std::unique_ptr<ServerMetrics> server_metrics_;
  std::unique_ptr<OperationsService> operations_;
  std::unique_ptr<HealthService> health_service_;
  std::set<log::PartitionId> told_;  // Stopped partitions that the log has a line of.
  std::unique_ptr<LogScrub> scrub_;
  std::unique_ptr<StoreScrub> store_scrub_;
  std::map<std::string, std::string> why_not_ready_;  // By module, as told.
  std::string told_scrub_;                            // The trouble that a line tells of.
  std::string told_no_room_;
  std::string told_identity_;
  std::string told_verdict_;                            // Of the log.
  std::map<std::string, std::string> told_unwritable_;  // By module.
  std::map<std::string, std::string> told_process_;     // By module.
  std::unique_ptr<projection::Feed> feed_;              // Of all modules; null: nothing is read.
  Endpoints endpoints_;
  std::unique_ptr<telemetry::MetricsListener> metrics_listener_;
  rpc::UnknownMethod unknown_method_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<rpc::SparePoller> spare_poller_;  // While it serves.
};

}  // namespace twinledger::server
