#include "platform/server/projection_metrics.h"

#include <functional>
#include <utility>

#include "platform/server/metric_families.h"
#include "platform/server/readiness.h"
#include "platform/server/startup_progress.h"

namespace twinledger::server {
namespace {

using projection::PartitionStatus;
using writer::WriterStatus;

// One number of each partition, told by its status.
template <class Status>
struct Number {
  const char* name;
  const char* help;
  prometheus::MetricType type;
  std::function<double(const Status&)> value;
};

const std::vector<Number<PartitionStatus>>& OfProjections() {
  using enum prometheus::MetricType;
  static const std::vector<Number<PartitionStatus>> numbers = {
      {"twinledger_projection_sequence", "Commits in the projection.", Gauge,
       [](const auto& status) { return static_cast<double>(status.sequence); }},
      {"twinledger_log_commits_total", "Accepted commits that were read, since the founding.",
       Counter, [](const auto& status) { return static_cast<double>(status.sequence); }},
      {"twinledger_log_records_total", "Records that were read, void ones too, likewise.", Counter,
       [](const auto& status) { return static_cast<double>(status.next_offset); }},
      {"twinledger_projection_lag_records", "Records of the log still to read.", Gauge,
       [](const auto& status) {
         return static_cast<double>(status.tail - std::min(status.tail, status.next_offset));
       }},
      {"twinledger_projection_lag_seconds",
       "Since the projection was last known to hold all of its log; some 2 where it keeps up.",
       Gauge, [](const auto& status) { return static_cast<double>(status.behind.count()) / 1e6; }},
      {"twinledger_projection_last_commit_timestamp_seconds", "When the last commit was recorded.",
       Gauge, [](const auto& status) { return static_cast<double>(status.record_time_us) / 1e6; }},
      {"twinledger_projection_rows", "Rows, without their older versions.", Gauge,
       [](const auto& status) { return static_cast<double>(status.rows); }},
      {"twinledger_projection_parked_entities", "Entities that wait for a newer program.", Gauge,
       [](const auto& status) { return static_cast<double>(status.parked); }},
      {"twinledger_projection_stopped", "1 if the partition is read no more: damage.", Gauge,
       [](const auto& status) { return status.stopped ? 1.0 : 0.0; }},
      {"twinledger_log_void_records_total", "Records that the chain rule did not accept.", Counter,
       [](const auto& status) { return static_cast<double>(status.voids); }},
  };
  return numbers;
}

const std::vector<Number<WriterStatus>>& OfWriters() {
  using enum prometheus::MetricType;
  static const std::vector<Number<WriterStatus>> numbers = {
      {"twinledger_writer_queued_commands", "Commands that wait for their outcome.", Gauge,
       [](const auto& status) { return static_cast<double>(status.queued); }},
      {"twinledger_writer_running", "1 if the writer appends; 0 while it reads, or may not.", Gauge,
       [](const auto& status) {
         return status.state == writer::PartitionWriter::State::kRunning ? 1.0 : 0.0;
       }},
      {"twinledger_writer_key_not_enrolled", "1 if writes are refused: the key is another log's.",
       Gauge, [](const auto& status) { return status.key_not_enrolled ? 1.0 : 0.0; }},
      {"twinledger_writer_clock_not_believed", "1 if writes are refused: the clock jumped.", Gauge,
       [](const auto& status) { return status.clock_not_believed ? 1.0 : 0.0; }},
      {"twinledger_writer_records_total", "Own records that were accepted.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.records); }},
      {"twinledger_writer_done_total", "Commands that were done.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.done); }},
      {"twinledger_writer_unchanged_total", "Commands that changed nothing.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.unchanged); }},
      {"twinledger_writer_refused_total", "Commands that were refused.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.refused); }},
      {"twinledger_writer_void_records_total", "Own records that lost to another.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.voids); }},
      {"twinledger_writer_ambiguous_appends_total", "Appends with an unknown fate.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.ambiguous); }},
      {"twinledger_writer_failed_appends_total", "Appends that did not happen.", Counter,
       [](const auto& status) { return static_cast<double>(status.counts.not_appended); }},
  };
  return numbers;
}

// Statuses by service.
template <class Status>
using ByService = std::vector<std::pair<std::string, std::vector<Status>>>;

// Of each number a family, with a sample of every partition of every service.
template <class Status>
void Add(const std::vector<Number<Status>>& numbers, const ByService<Status>& services,
         std::vector<prometheus::MetricFamily>& families) {
  for (const Number<Status>& number : numbers) {
    prometheus::MetricFamily family{number.name, number.help, number.type, {}};
    for (const auto& [service, statuses] : services) {
      for (const Status& status : statuses) {
        family.metric.push_back(
            Sample(number.type, number.value(status),
                   {{"service", service},
                    {"stream", status.partition.stream},
                    {"partition", std::to_string(status.partition.partition)}}));
      }
    }
    families.push_back(std::move(family));
  }
}

// Of each reason that was met a sample.
prometheus::MetricFamily VoidsByReason(const ByService<PartitionStatus>& services) {
  prometheus::MetricFamily family{"twinledger_log_void_records_read_total",
                                  "Void records that were read since the start, by why.",
                                  prometheus::MetricType::Counter,
                                  {}};
  for (const auto& [service, statuses] : services) {
    for (const PartitionStatus& status : statuses) {
      for (const auto& [reason, count] : status.voids_read.by_reason) {
        family.metric.push_back(Sample(family.type, static_cast<double>(count),
                                       {{"service", service},
                                        {"stream", status.partition.stream},
                                        {"partition", std::to_string(status.partition.partition)},
                                        {"reason", std::string(log::Name(reason))}}));
      }
    }
  }
  return family;
}

prometheus::ClientMetric OfService(const std::string& service, double value) {
  return Sample(prometheus::MetricType::Gauge, value, {{"service", service}});
}

// What processes have still to look at.
std::vector<prometheus::MetricFamily> OfProcesses(
    const std::vector<std::pair<std::string, process::FollowerStatus>>& processes,
    MonotonicTime now) {
  const auto family = [&](const char* name, const char* help,
                          const std::function<double(const process::FollowerStatus&)>& value) {
    prometheus::MetricFamily made{name, help, prometheus::MetricType::Gauge, {}};
    for (const auto& [service, status] : processes) {
      made.metric.push_back(OfService(service, value(status)));
    }
    return made;
  };
  return {
      family("twinledger_process_subjects", "Subjects that something may follow from.",
             [](const auto& status) { return static_cast<double>(status.subjects); }),
      family("twinledger_process_due_subjects", "Of them, still to be looked at.",
             [](const auto& status) { return static_cast<double>(status.due + status.at_work); }),
      family("twinledger_process_failing_subjects", "Of them, those that wait to be tried again.",
             [](const auto& status) { return static_cast<double>(status.failing); }),
      family("twinledger_process_unsettled_seconds",
             "Since there was last nothing left to look at; 0 if there is nothing.",
             [now](const auto& status) {
               return status.unsettled_since
                          ? std::chrono::duration<double>(now - *status.unsettled_since).count()
                          : 0.0;
             })};
}

}  // namespace

ProjectionMetrics::ProjectionMetrics(const std::vector<std::unique_ptr<Module>>& modules,
                                     const telemetry::Logger& logger, const Clock& clock,
                                     std::chrono::seconds behind_max)
    : logger_(logger), clock_(clock), behind_max_(behind_max), started_(clock.Monotonic()) {
  for (const std::unique_ptr<Module>& module : modules) {
    const std::optional<Projected> projected = module->projected();
    if (!projected) continue;
    sources_.push_back({std::string(module->name()), &projected->runner, module->writer(),
                        module->process(), RecordsRead(projected->runner.Status())});
  }
}

std::vector<prometheus::MetricFamily> ProjectionMetrics::Collect() const {
  ByService<PartitionStatus> projections;
  ByService<WriterStatus> writers;
  std::vector<std::pair<std::string, process::FollowerStatus>> processes;
  prometheus::MetricFamily rate{"twinledger_projection_catch_up_records_per_second",
                                "How fast a start reads the log; 0 once it is caught up.",
                                prometheus::MetricType::Gauge,
                                {}};
  prometheus::MetricFamily left{"twinledger_projection_catch_up_seconds_left",
                                "How long that takes yet; 0 while it is not known.",
                                prometheus::MetricType::Gauge,
                                {}};
  prometheus::MetricFamily ready{"twinledger_service_ready",
                                 "1 if the service should be sent calls.",
                                 prometheus::MetricType::Gauge,
                                 {}};
  prometheus::MetricFamily unready{"twinledger_service_unready",
                                   "1 for the reason why it should not.",
                                   prometheus::MetricType::Gauge,
                                   {}};
  for (const Source& source : sources_) {
    projections.emplace_back(source.name, source.runner->Status());
    if (source.writer != nullptr) writers.emplace_back(source.name, source.writer->Status());
    if (source.process != nullptr) processes.emplace_back(source.name, source.process->Status());
    const Unready why = ReadinessOf(*source.runner, projections.back().second, behind_max_).why;
    ready.metric.push_back(OfService(source.name, why == Unready::kNot ? 1 : 0));
    for (const Unready one : kUnready) {
      unready.metric.push_back(
          Sample(unready.type, one == why ? 1 : 0,
                 {{"service", source.name}, {"reason", std::string(Name(one))}}));
    }
    ReadProgress progress;
    if (!source.runner->CaughtUp()) {
      progress = ProgressOf(projections.back().second, source.records_begun,
                            clock_.Monotonic() - started_);
    }
    rate.metric.push_back(OfService(source.name, progress.records_per_second));
    left.metric.push_back(OfService(source.name, progress.seconds_left));
  }
  std::vector<prometheus::MetricFamily> families{std::move(ready), std::move(unready),
                                                 std::move(rate), std::move(left)};
  Add(OfProjections(), projections, families);
  families.push_back(VoidsByReason(projections));
  Add(OfWriters(), writers, families);
  for (prometheus::MetricFamily& family : OfProcesses(processes, clock_.Monotonic())) {
    families.push_back(std::move(family));
  }
  families.push_back(CounterOf("twinledger_log_lines_dropped_total",
                               "Lines that a slow reader of stderr missed.",
                               static_cast<double>(logger_.dropped())));
  return families;
}

}  // namespace twinledger::server
