// What the officers of one council ask for: gifts, submitted, amended, checked by a second person,
// taken back; some requests are refused. Each value differs from all others, so that whatever is
// recorded changes what is scored, and the processes of risk have a receipt to record.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/kafka/fault_run/load/call.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::faults {

// Its client's accounts, in their order: who records, and who checks that.
inline constexpr std::size_t kOfficer = 0;
inline constexpr std::size_t kApprover = 1;

// Threads: confined to one.
class EngagementCommands final : public Commands {
 public:
  // Nobody else writes to the records of that council.
  EngagementCommands(std::string council, int client, std::uint64_t seed);

  Call Next() override;

 private:
  struct Known {
    std::string name;
    std::string etag;
    std::string stale_etag;  // Of an earlier version.
    engagement::v1::RecordState state;
  };

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(dice_() % bound); }

  Call Submit();
  Call Amend(const Known& record, const std::string& etag);
  Call Retract(const Known& record);
  Call Verify(const Known& record, std::size_t account);
  Call Return(const Known& record);
  template <class Response, class Request>
  Call Make(const std::string& method, Request request);
  void Learn(const engagement::v1::Record& record);
  std::int64_t NewValue() { return 50'000 + 10 * ++values_; }

  const std::string council_;
  std::mt19937_64 dice_;
  std::int64_t values_ = 0;
  std::vector<Known> records_;  // That count, the latest few.
};

}  // namespace twinledger::faults
