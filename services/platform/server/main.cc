#include "platform/server/main.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <ctime>
#include <iostream>

#include "platform/base/whole_file.h"
#include "platform/crypto/system_random.h"
#include "platform/server/chosen_services.h"
#include "platform/server/host.h"
#include "platform/server/library_log.h"
#include "platform/server/settings.h"
#include "platform/telemetry/logger.h"

namespace twinledger::server {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kDamaged = 4;

// SIGTERM and SIGINT as something to wait for. Made before any thread, so that all block them.
class StopSignals {
 public:
  StopSignals() {
    std::signal(SIGPIPE, SIG_IGN);  // A peer that is gone is an error of its call, not of ours.
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  // Whether one has come, at the latest after `wait`.
  bool Wait(std::chrono::milliseconds wait) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
    const timespec limit{seconds.count(), std::chrono::nanoseconds(wait - seconds).count()};
    stopped_ = stopped_ || sigtimedwait(&signals_, nullptr, &limit) > 0;
    return stopped_;
  }

 private:
  sigset_t signals_;
  bool stopped_ = false;
};

// Threads that are woken let those that run go on: they hand calls to each other by the record, and
// would else interrupt each other at every call. Before any thread is made; an operator's own
// choice stands, and where it is not allowed, nothing but time is lost.
void LetThreadsFinish() {
  const sched_param none{};
  if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

Result<Layer> FileLayer(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  if (!text) {
    return Error{Code::kInvalidArgument, text.error().message, "BAD_CONFIG_FILE", {{"file", path}}};
  }
  return ReadFileLayer(path, *text);
}

// The value of a flag. CLI11 takes whatever comes next for it: what is wrong with it, or nothing.
std::string NoFlag(const std::string& value) {
  if (!value.starts_with("--")) return {};
  return fmt::format("has no value: \"{}\" is the next flag", value);
}

struct Arguments {
  Layer flags{"flag", {}};
  std::string config_file;
  bool print_config = false;
};

// Nothing when the program is to end: with `exit`.
std::optional<Arguments> ParseArguments(int argc, char** argv, const std::string& version,
                                        int& exit) {
  CLI::App app(
      "twinledgerd: serves the national register on a tamper-evident log.\n\n"
      "Examples:\n"
      "  twinledgerd                                    data in ./data, on loopback\n"
      "  twinledgerd --data-dir /srv/twinledger --listen 192.0.2.7:7443 --server-names "
      "register.example\n"
      "  twinledgerd --config /etc/twinledger.json --print-config\n");
  app.set_version_flag("--version", version);
  Arguments arguments;
  app.add_option("--config", arguments.config_file, "file of settings (JSON, comments allowed)")
      ->check(NoFlag);
  app.add_flag("--print-config", arguments.print_config, "print each setting with its source");
  std::map<std::string, std::string> values;
  std::map<std::string, CLI::Option*> options;
  for (const SettingDescription& setting : SettingDescriptions()) {
    const std::string key(setting.key);
    options[key] = app.add_option(
        FlagOf(key), values[key],
        fmt::format("{} [{}]", setting.help, setting.fallback.empty() ? "-" : setting.fallback));
    options[key]->take_last()->check(NoFlag);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit = app.exit(error) == 0 ? 0 : kUsage;
    return std::nullopt;
  }
  for (const auto& [key, option] : options) {
    if (option->count() > 0) arguments.flags.values[key] = values[key];
  }
  return arguments;
}

Result<Configuration> Configure(const Arguments& arguments) {
  const std::map<std::string, std::string> environment = Environment();
  std::vector<Layer> layers = {arguments.flags, ReadEnvironmentLayer(environment)};
  std::string path = arguments.config_file;
  if (path.empty() && environment.contains("TWINLEDGER_CONFIG")) {
    path = environment.at("TWINLEDGER_CONFIG");
  }
  if (!path.empty()) {
    TL_TRY(Layer file, FileLayer(path));
    layers.push_back(std::move(file));
  }
  return Resolve(layers);
}

// Until it is told to stop, DATA_LOSS as Host::Serve, or LISTENER_LOST as ListenersAccept.
Result<void> Serve(const Settings& settings, const std::vector<Assembly>& assemblies,
                   const HostWorld& world, StopSignals& signals) {
  TL_TRY(const std::unique_ptr<Host> host, Host::Open(settings, assemblies, world));
  host->CatchUp([&signals] { return signals.Wait(std::chrono::milliseconds(20)); });
  Result<void> sound;
  if (!signals.Wait(std::chrono::milliseconds(0))) {
    sound = host->Serve();
    while (sound && !signals.Wait(std::chrono::seconds(1))) {
      sound = host->Check();
      if (sound) sound = LibraryLog::ListenersAccept();
    }
  }
  host->Drain();
  return sound;
}

int Run(const Settings& settings, const std::vector<Assembly>& assemblies,
        const std::string& version, StopSignals& signals) {
  const SystemClock clock;
  crypto::SystemRandom random;
  telemetry::Level level = telemetry::Level::kInfo;
  telemetry::ParseLevel(settings.log_level, level);
  telemetry::Logger logger(std::cerr, "twinledgerd", level, clock);
  const LibraryLog library_log(logger);
  const auto fail = [&logger](const Error& error) {
    logger.Failure(error.message, {.reason = error.reason});
    if (error.code == Code::kInvalidArgument) return kUsage;
    return error.code == Code::kDataLoss ? kDamaged : kFailed;
  };
  const HostWorld world{clock, random, logger, isatty(STDERR_FILENO) == 1, version};
  Result<void> ended = Serve(settings, assemblies, world, signals);
  // No clean stop: each store is read before it serves, and a damaged one is made again. A disk
  // that damages what was made just now is for an operator.
  if (!ended && ended.error().reason == "STORE_DAMAGED") {
    logger.Warning(ended.error().message + "; the server starts over, and does so",
                   {.reason = ended.error().reason});
    ended = Serve(settings, assemblies, world, signals);
  }
  if (!ended) return fail(ended.error());
  logger.Info("stopped");
  return 0;
}

}  // namespace

int Main(int argc, char** argv, const std::vector<Assembly>& assemblies) {
  const std::string version = TWINLEDGER_VERSION;
  int exit = 0;
  const std::optional<Arguments> arguments = ParseArguments(argc, argv, version, exit);
  if (!arguments) return exit;
  const Result<Configuration> configuration = Configure(*arguments);
  if (!configuration) {
    std::cerr << "twinledgerd: " << configuration.error().message << "\n";
    return kUsage;
  }
  if (arguments->print_config) {
    std::cout << PrintConfiguration(*configuration);
    const auto chosen = ChosenServices(assemblies, configuration->settings.services);
    if (chosen) return 0;
    std::cerr << "twinledgerd: " << chosen.error().message << "\n";
    return kUsage;
  }
  umask(077);
  // Debian's Abseil looks for circles at every lock that it takes, gRPC's included.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  prctl(PR_SET_DUMPABLE, 0);  // Keys stay out of core dumps.
  LetThreadsFinish();
  StopSignals signals;
  return Run(configuration->settings, assemblies, version, signals);
}

}  // namespace twinledger::server
