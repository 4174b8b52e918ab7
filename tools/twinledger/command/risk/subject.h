// Who is assessed, as people type it; and the service that knows.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "twinledger/command/program.h"
#include "twinledger/output/printer.h"
#include "twinledger/risk/v1/receipts.pb.h"

namespace twinledger::client {

inline constexpr std::string_view kRiskService = "/twinledger.risk.v1.RiskService/";

// What the options of a command say.
struct SubjectFlags {
  std::string subject;
  std::string council;
};

inline constexpr const char* kSubjectHelp =
    "council's id, councils/COUNCIL/relationships/UUID, or a relationship's UUID with --council";

void AddSubject(Command command, SubjectFlags& flags);

// "councils/C/relationships/UUID" or "councils/C". INVALID_ARGUMENT, reason COUNCIL_MISSING, for a
// UUID alone.
Result<std::string> SubjectName(const SubjectFlags& flags);

// Days as dates, hashes and numbers as they are.
Json ReceiptJson(const risk::v1::AssessmentReceipt& receipt);

}  // namespace twinledger::client
