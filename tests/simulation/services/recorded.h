// What stands in the stream "risk", as its commits say it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "risk/domain/day.h"
#include "risk/projection/risk_view.h"
#include "tests/simulation/raw_chain.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::simulation {

struct RecordedReceipt {
  std::string event;  // "risk/0/17.0"
  log::Sequence sequence = 0;
  risk::events::v1::AssessmentRecorded receipt;
  std::optional<risk::events::v1::AlertOpened> alert = std::nullopt;  // Beside it.
};

struct RecordedRequest {
  std::string id;
  std::string place;  // "risk/0/17"
};

struct Recorded {
  std::map<risk::Subject, std::vector<RecordedReceipt>> receipts;  // In order.
  std::vector<RecordedRequest> requests;                           // Whatever came of them.
  std::map<std::string, std::uint64_t> outcomes;  // "assessment refused: OTHER_RECEIPT"
  std::uint64_t alerts = 0;
};

Recorded ReadRecorded(const std::map<log::PartitionId, RawChain>& chains);

// Of a council or any of its relationships; the first of all days if there is none.
risk::Day LastAssessedDay(const Recorded& recorded, const std::string& council);

}  // namespace twinledger::simulation
