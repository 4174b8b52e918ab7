// The numbers of an overview, summed over councils one after another.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/store/table.h"
#include "reporting/scores/events_behind.h"
#include "reporting/scores/standings.h"
#include "twinledger/reporting/v1/overview.pb.h"

namespace twinledger::reporting {

// Threads: confined to one while it is added to.
class OverviewSum {
 public:
  // With the council's alerts.
  Result<void> Add(const Moment& at, const CouncilId& council, const CouncilStandings& standings);
  // Of other councils.
  void Add(const OverviewSum& others);

  v1::Overview Render() const;
  std::size_t bytes() const;  // About.

 private:
  static constexpr int kBands = 5;

  Result<void> AddAlerts(const Moment& at, const CouncilId& council);
  void AddRelationship(const v1::RelationshipStanding& standing);

  std::int64_t councils_ = 0;
  std::int64_t relationships_ = 0;
  std::int64_t councils_with_records_ = 0;
  std::int64_t relationships_with_records_ = 0;
  std::array<std::int64_t, kBands + 1> bands_ = {};  // By band; the first is of none.
  std::map<risk::v1::Records, std::int64_t> records_;
  std::vector<v1::Riser> risers_;
  std::vector<v1::Alert> alerts_;
  std::map<std::string, EventsBehind> sources_;  // By field.
};

}  // namespace twinledger::reporting
