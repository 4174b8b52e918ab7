#include "risk/receipts/recompute.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "platform/crypto/hash.h"
#include "risk/domain/assess.h"
#include "risk/receipts/assessed.h"
#include "risk/receipts/receipt.h"

namespace twinledger::risk {
namespace {

using events::v1::AssessmentRecorded;

Result<void> CheckProgram(const AssessmentRecorded& receipt, const Rules& rules) {
  if (receipt.rule_set_digest() != rules.digest()) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("the receipt was made by rule set {}, digest {}, which this program "
                             "does not have: ask one that has it",
                             receipt.rule_set_id(), receipt.rule_set_digest()),
                 "OTHER_RULES",
                 {{"rule_set_digest", receipt.rule_set_digest()}}};
  }
  if (receipt.engine_version() != kEngineVersion) {
    return Error{Code::kFailedPrecondition,
                 fmt::format("the receipt was made by engine version {}, this one is {}: ask a "
                             "program of that version",
                             receipt.engine_version(), kEngineVersion),
                 "OTHER_ENGINE",
                 {{"engine_version", std::to_string(receipt.engine_version())}}};
  }
  return {};
}

Result<void> CheckRead(const store::Cut& read, const store::Cut& positions) {
  for (const auto& [partition, sequence] : positions) {
    const auto found = read.find(partition);
    if (found != read.end() && found->second >= sequence) continue;
    return Error{
        Code::kUnavailable,
        fmt::format("{}/{}, which the receipt rests on, has not been read here yet: repeat "
                    "the call",
                    log::ToString(partition), sequence),
        "BEHIND",
        {},
        {},
        std::chrono::milliseconds(200)};
  }
  return {};
}

Result<Assessed> AssessAgain(const CouncilInputs& inputs, const Subject& subject, Day as_of,
                             const Rules& rules, const Before& before) {
  if (!subject.is_council()) {
    return AssessRelationship(FactsOfRelationship(inputs, subject.relationship_id, rules, as_of),
                              rules, before);
  }
  TL_TRY(std::vector<Facts> facts, FactsOf(inputs, rules, as_of));
  const Facts whole = std::move(facts.back());
  facts.pop_back();
  std::vector<Assessed> relationships;
  for (const Facts& one : facts) {
    TL_TRY(Assessed assessed, AssessRelationship(one, rules, Before()));
    relationships.push_back(std::move(assessed));
  }
  return AssessWhole(whole, relationships, rules, before);
}

std::string DigestOf(const AssessmentRecorded& receipt) {
  return crypto::Hex(crypto::Sha256(receipt.SerializeAsString()));
}

}  // namespace

Result<std::vector<Comparison>> Recompute(const store::KeyValueReader& rows, const store::Cut& read,
                                          const Receipt& receipt, const Rules& rules) {
  const AssessmentRecorded& recorded = receipt.row.receipt();
  TL_TRY_VOID(CheckProgram(recorded, rules));
  const store::Cut positions = PositionsOf(recorded);
  TL_TRY_VOID(CheckRead(read, positions));
  const Subject subject{recorded.council_id(), recorded.relationship_id()};
  const store::CutReader earlier(rows, store::Cut{{receipt.partition, receipt.sequence - 1}});
  TL_TRY(const Before before,
         PastScores(rules).BeforeDay(rows, earlier, subject, recorded.as_of()));
  TL_TRY(const CouncilInputs inputs, InputsBehind(rows, recorded));
  TL_TRY(const Assessed again, AssessAgain(inputs, subject, recorded.as_of(), rules, before));
  AssessmentRecorded made = ReceiptOf(again, positions, rules, recorded.incomplete());
  TL_TRY(const std::optional<Receipt> previous, LastReceipt(earlier, subject));
  made.set_extraction_version(recorded.extraction_version());
  if (previous) made.set_previous_receipt(previous->row.event());
  return std::vector<Comparison>{
      {"facts", recorded.facts_sha256(), made.facts_sha256()},
      {"input", recorded.input_sha256(), made.input_sha256()},
      {"assessment", recorded.assessment_sha256(), made.assessment_sha256()},
      {"receipt", DigestOf(recorded), DigestOf(made)}};
}

}  // namespace twinledger::risk
