// For which day a question about scores is answered, and by which rules.
#pragma once

#include <string>

#include "platform/base/clock.h"
#include "platform/rpc/page_token.h"
#include "risk/domain/day.h"
#include "risk/domain/rule_set.h"
#include "twinledger/reporting/v1/standing.pb.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::reporting {

// The day of as_of's time; today without one.
risk::Day DayOf(const rpc::v1::ReadOptions& options, const Clock& clock);

v1::Scoring ScoringOf(risk::Day day, const risk::Rules& rules);

// The pages of a list are of one day, on whichever they are asked for: its first one's stands in
// front of where each begins. Takes it out of `page`, and puts it in again.
class DayOfPages {
 public:
  // `page` must outlive it.
  DayOfPages(rpc::Page& page, risk::Day today);
  ~DayOfPages();
  DayOfPages(const DayOfPages&) = delete;
  DayOfPages& operator=(const DayOfPages&) = delete;

  risk::Day day() const { return day_; }

 private:
  rpc::Page& page_;
  risk::Day day_;
};

}  // namespace twinledger::reporting
