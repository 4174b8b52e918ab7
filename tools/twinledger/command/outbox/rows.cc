#include "twinledger/command/outbox/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "twinledger/command/session.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/outbox/submission.h"
#include "twinledger/output/time_text.h"

namespace twinledger::client {
namespace {

WallTime TimeOf(std::int64_t microseconds) {
  return WallTime(std::chrono::microseconds(microseconds));
}

// "45 s", "12 min", "5 h", "3 d".
std::string AgeText(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return fmt::format("{} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{} min", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{} h", seconds / kHour);
  return fmt::format("{} d", seconds / kDay);
}

// Of a request that another client made, nothing is known.
SubmissionSummary SummaryIn(const outbox::v1::Entry& entry) {
  const auto request = SubmissionIn(entry);
  return request ? SummaryOf(*request) : SubmissionSummary{.command = entry.method()};
}

}  // namespace

Json EntryRow(const outbox::v1::Entry& entry, WallTime now) {
  const SubmissionSummary summary = SummaryIn(entry);
  const WallTime queued = TimeOf(entry.queue_time_us());
  const std::int64_t age = std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::seconds>(now - queued).count());
  return {{"id", entry.id()},
          {"state", entry.state() == outbox::v1::STATE_REFUSED ? "REFUSED" : "WAITING"},
          {"command", summary.command},
          {"kind", summary.kind},
          {"council", summary.council},
          {"record", summary.record},
          {"queue_time", TimeForPrograms(queued)},
          {"age", AgeText(age)},
          {"age_seconds", age},
          {"tries", entry.tries()},
          {"last_error", entry.has_last_answer() ? Json(entry.last_answer().reason()) : Json()}};
}

Json EntryInClear(const outbox::v1::Entry& entry) {
  const auto request = SubmissionIn(entry);
  return {
      {"request", request ? ToJson(*request) : Json()},
      {"last_answer", entry.has_last_answer() ? ErrorJson(ErrorIn(entry.last_answer())) : Json()}};
}

Json UnreadableRow(const std::string& id, const Error& why) {
  return {
      {"id", id.empty() ? Json() : Json(id)}, {"state", "UNREADABLE"}, {"last_error", why.reason}};
}

Json SentRow(const Sent& sent) {
  const SubmissionSummary summary = SummaryOf(sent.request);
  Json row = {{"id", sent.entry.id()},    {"command", summary.command},
              {"kind", summary.kind},     {"council", summary.council},
              {"record", summary.record}, {"outcome", "ACCEPTED"},
              {"receipt", Json()},        {"error", Json()}};
  if (sent.answer) {
    if (sent.answer->receipt().unchanged()) row["outcome"] = "UNCHANGED";
    row["receipt"] = ToJson(sent.answer->receipt());
  } else {
    row["outcome"] = sent.entry.state() == outbox::v1::STATE_REFUSED ? "REFUSED" : "WAITING";
    row["error"] = sent.answer.error().reason;
  }
  return row;
}

}  // namespace twinledger::client
