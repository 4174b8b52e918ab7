#include "platform/server/server_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "platform/projection/serving_folder.h"
#include "platform/server/disk_space.h"
#include "platform/server/metric_families.h"

namespace twinledger::server {
namespace {

namespace fs = std::filesystem;
using prometheus::MetricFamily;
using prometheus::MetricType;

double SecondsOf(WallTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

double SecondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double ProcessorSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return SecondsOf(used.ru_utime) + SecondsOf(used.ru_stime);
}

// As the kernel tells it: pages of the program, and of them those in memory. 0 without /proc.
double ResidentBytes() {
  std::ifstream pages("/proc/self/statm");
  double all = 0;
  double resident = 0;
  pages >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenFiles() {
  std::error_code problem;
  const fs::directory_iterator files("/proc/self/fd", problem);
  return problem ? 0 : static_cast<double>(std::distance(begin(files), end(files)));
}

double MostFiles() {
  rlimit most{};
  getrlimit(RLIMIT_NOFILE, &most);
  return static_cast<double>(most.rlim_cur);
}

}  // namespace

ServerMetrics::ServerMetrics(ServerMetricsParts parts) : parts_(std::move(parts)) {
  for (const std::unique_ptr<Module>& module : parts_.modules) {
    if (module->projected()) stores_.emplace_back(module->name());
  }
}

std::vector<MetricFamily> ServerMetrics::OfDisk() const {
  const DiskSpace space = SpaceOf(parts_.data.root());
  std::vector<MetricFamily> families{
      GaugeOf("twinledger_data_free_bytes", "Free on the disk of the data directory.",
              static_cast<double>(space.free_bytes)),
      GaugeOf("twinledger_data_size_bytes", "Of the disk of the data directory.",
              static_cast<double>(space.size_bytes))};
  // A log on Kafka is not on this disk.
  if (fs::exists(parts_.data.log())) {
    families.push_back(GaugeOf("twinledger_log_size_bytes",
                               "Of the embedded log's files, with the space that is kept ready.",
                               static_cast<double>(BytesIn(parts_.data.log()))));
  }
  MetricFamily stores{"twinledger_store_size_bytes",
                      "Of the files of a projection's RocksDB.",
                      MetricType::Gauge,
                      {}};
  for (const std::string& name : stores_) {
    const fs::path folder = projection::ServingFolder(parts_.data.projections(), name).Current();
    stores.metric.push_back(
        Sample(stores.type, static_cast<double>(BytesIn(folder)), {{"service", name}}));
  }
  families.push_back(std::move(stores));
  return families;
}

std::vector<MetricFamily> ServerMetrics::Collect() const {
  const keyring::KeyringCounts keys = parts_.keyring.Counts();
  std::vector<MetricFamily> families{
      {"twinledger_build_info",
       "1, with the version of the program.",
       MetricType::Gauge,
       {Sample(MetricType::Gauge, 1, {{"version", parts_.version}})}},
      GaugeOf("twinledger_start_time_seconds", "When the server was started.",
              SecondsOf(parts_.started)),
      GaugeOf("twinledger_certificate_not_after_timestamp_seconds",
              "When the server's certificate ends.", SecondsOf(parts_.certificate_ends)),
      CounterOf("twinledger_processor_seconds_total", "Processor time of the server.",
                ProcessorSeconds()),
      GaugeOf("twinledger_memory_resident_bytes", "Memory that the server holds.", ResidentBytes()),
      GaugeOf("twinledger_log_usable",
              "0 if the log as a whole is not as it must be, or its disk hangs.",
              parts_.log.Verdict() ? 1 : 0),
      GaugeOf("twinledger_open_files", "Open files and connections.", OpenFiles()),
      GaugeOf("twinledger_open_files_limit", "How many the system allows.", MostFiles()),
      GaugeOf("twinledger_rpc_calls_in_progress", "Calls that have not ended.",
              static_cast<double>(parts_.gate.in_progress())),
      GaugeOf("twinledger_writer_queue_limit_commands", "Commands that may wait in a partition.",
              static_cast<double>(parts_.queue_commands_max)),
      GaugeOf("twinledger_keyring_epoch", "Epoch of the keys in force.", keys.epoch),
      GaugeOf("twinledger_keyring_keys", "Keys of subjects in force.",
              static_cast<double>(keys.keys)),
      GaugeOf("twinledger_keyring_erased_keys", "Keys that were destroyed.",
              static_cast<double>(keys.erased)),
      GaugeOf("twinledger_keyring_fields_without_keys",
              "Of what was sealed last before the start: fields whose keys are not there.",
              static_cast<double>(parts_.fields_without_keys))};
  std::ranges::move(OfDisk(), std::back_inserter(families));
  return families;
}

}  // namespace twinledger::server
