#include "reporting/rpc/scoring.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "reporting/scores/standings.h"

namespace twinledger::reporting {

risk::Day DayOf(const rpc::v1::ReadOptions& options, const Clock& clock) {
  if (!options.as_of().has_time()) return risk::DayOf(clock.Now());
  return risk::DayOf(WallTime(std::chrono::seconds(options.as_of().time().seconds())));
}

v1::Scoring ScoringOf(risk::Day day, const risk::Rules& rules) {
  v1::Scoring scoring;
  *scoring.mutable_as_of() = fields::DateMessage<registry::v1::PartialDate>(DateOf(day));
  scoring.set_rule_set_id(rules.set().id());
  scoring.set_rule_set_digest(rules.digest());
  return scoring;
}

DayOfPages::DayOfPages(rpc::Page& page, risk::Day today) : page_(page), day_(today) {
  if (const std::size_t end = page.after.find(':'); end != std::string::npos) {
    std::from_chars(page.after.data(), page.after.data() + end, day_);
    page.after.erase(0, end + 1);
  }
  page.list += fmt::format(":{}", day_);
}

DayOfPages::~DayOfPages() {
  if (!page_.next.empty()) page_.next = fmt::format("{}:{}", day_, page_.next);
}

}  // namespace twinledger::reporting
