// Assessments are receipts: a council and its relationships are assessed when something of it
// changed and each day, and what came of it is recorded when it differs from the last receipt.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/log/chain.h"
#include "platform/process/process.h"
#include "risk/domain/rule_set.h"
#include "risk/inputs/council_inputs.h"
#include "risk/receipts/assessed.h"
#include "risk/receipts/past_scores.h"

namespace twinledger::risk {

inline constexpr std::string_view kAssessSubject = "twinledger.risk.v1.RiskProcess/AssessSubject";
inline constexpr std::string_view kProcessAccount = "service/risk";  // Of all replicas.

// Subjects are councils. Threads: as Process.
class RiskProcess final : public process::Process {
 public:
  // `request_digest_key` as of writer::RequestDigest. `rules` must outlive it.
  RiskProcess(const Rules& rules, std::string request_digest_key);

  std::vector<std::string> streams() const override;
  Result<std::vector<std::string>> Subjects(const process::Moment& moment) override;
  Result<std::vector<std::string>> TouchedBy(const process::Moment& moment,
                                             const log::v1::EntityKey& entity) override;
  Result<Day> SettledUntil(const process::Moment& moment, const std::string& council,
                           Day today) override;
  std::string recorded_in() const override;
  Result<std::optional<Day>> RecordedSince(const process::Moment& moment,
                                           const std::string& council,
                                           const log::PartitionId& partition,
                                           log::Sequence seen) override;
  Result<process::Finding> Look(const process::Moment& moment, const process::Task& task) override;

 private:
  // A council as the log stood at some cut.
  struct Standing {
    store::Cut cut;
    std::optional<CouncilInputs> inputs;  // Nothing: the registry did not know it yet.
    bool incomplete = false;
  };

  // Councils and principals that commits behind one cut and up to another are about.
  struct Changes {
    store::Cut from;
    store::Cut to;
    std::set<std::string> ids;
    bool many = false;  // More than are worth to be looked at one by one.
  };

  Result<store::Cut> CutAtEndOf(const process::Moment& moment, Day day);
  Result<const Changes*> ChangesOf(const process::Moment& moment, Day day, const store::Cut& from,
                                   const store::Cut& to);
  Result<bool> IsUnchanged(const process::Moment& moment, Day day, const std::string& council,
                           const Standing& before, const store::Cut& cut);
  Result<Standing> StandingAt(const process::Moment& moment, const std::string& council,
                              store::Cut cut);
  Result<std::vector<writer::Command>> Missing(const process::Moment& moment,
                                               const Standing& standing, Day day);
  std::optional<writer::Command> Missing(const Standing& standing, const Assessed& assessed,
                                         const std::optional<Receipt>& last) const;
  writer::Command CommandOf(const events::v1::AssessmentRecorded& wanted) const;

  const Rules& rules_;
  const std::string request_digest_key_;
  PastScores past_;
  std::map<std::string, std::set<std::string>>
      councils_of_;                 // By principal: whose groups rest on it.
  std::map<Day, Changes> changes_;  // Of days that were caught up with, for all councils.
  std::map<Day, store::Cut> ends_;  // Of days, within `ends_of_`.
  store::Cut ends_of_;
};

}  // namespace twinledger::risk
