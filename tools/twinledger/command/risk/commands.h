// The commands on risk. `evaluate` and `rules` work on this machine, by rules that the program has
// with it; the others ask a server what follows from what is recorded.
#pragma once

#include <string>

#include "risk/domain/rule_set.h"
#include "twinledger/command/program.h"

namespace twinledger::client {

void AddRisk(Command root);

void AddRiskEvaluate(Command group);
void AddRiskRules(Command group);
void AddRiskExplain(Command group);
void AddRiskReceipts(Command group);
void AddRiskRecompute(Command group);
void AddRiskAlerts(Command group);

inline constexpr const char* kRulesFlagHelp =
    "rule set to use, in protobuf's text format [TL-1, which the program has with it]";

// Those of `file`; TL-1 where it is empty. Errors: those of ReadWholeFile and Rules::Parse.
Result<risk::Rules> RulesOf(const std::string& file);

}  // namespace twinledger::client
