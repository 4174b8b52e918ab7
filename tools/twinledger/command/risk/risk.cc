#include "platform/base/whole_file.h"
#include "risk/rules/built_in.h"
#include "twinledger/command/risk/commands.h"

namespace twinledger::client {

Result<risk::Rules> RulesOf(const std::string& file) {
  if (file.empty()) return risk::Rules::Parse(std::string(risk::kTl1Text), "TL-1");
  TL_TRY(const std::string text, ReadWholeFile(file));
  return risk::Rules::Parse(text, file);
}

void AddRisk(Command root) {
  Command group =
      root.Group("risk", "scores: explain, alerts, receipts, recompute; offline: evaluate, rules",
                 "twinledger risk explain wellington-city\n"
                 "twinledger risk alerts\n"
                 "twinledger risk recompute --all\n"
                 "twinledger risk evaluate --input facts.json");
  AddRiskExplain(group);
  AddRiskAlerts(group);
  AddRiskReceipts(group);
  AddRiskRecompute(group);
  AddRiskEvaluate(group);
  AddRiskRules(group);
}

}  // namespace twinledger::client
