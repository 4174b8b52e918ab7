#include "reporting/projection/timeline_writer.h"

#include <fmt/format.h>

#include <utility>

namespace twinledger::reporting {
namespace {

std::string Descending(std::uint64_t number) { return fmt::format("{:016x}", ~number); }

}  // namespace

void TimelineWriter::Add(const std::string& council, const std::string& relationship,
                         TimelineRow row) {
  row.set_record_time_us(commit_.record_time_us());
  row.set_actor(commit_.actor());
  rows_.Put(kTimeline,
            {council, relationship,
             Descending(static_cast<std::uint64_t>(commit_.record_time_us())), partition_.stream,
             Descending(commit_.sequence()), Descending(static_cast<std::uint64_t>(place_))},
            row);
}

}  // namespace twinledger::reporting
