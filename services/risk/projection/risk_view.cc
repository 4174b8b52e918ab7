#include "risk/projection/risk_view.h"

#include <utility>

namespace twinledger::risk {

Result<std::optional<Receipt>> LastReceipt(const store::RowReader& rows, const Subject& subject) {
  return store::FindVersioned(rows, kAssessments, {subject.council_id, subject.relationship_id});
}

Result<void> VisitReceipts(const store::CutReader& rows, const Subject& subject,
                           const std::function<bool(Receipt)>& visit) {
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Versions(kAssessments.id, {subject.council_id, subject.relationship_id},
                            [&](const store::RowVersion& version) {
                              Result<Receipt> read = store::ReadVersion(kAssessments, version);
                              if (read) return visit(*std::move(read));
                              unreadable = std::move(read).error();
                              return false;
                            }));
  if (unreadable) return *std::move(unreadable);
  return {};
}

Result<std::vector<Receipt>> LastReceiptsOf(const store::RowReader& rows,
                                            const std::string& council_id) {
  std::vector<Receipt> receipts;
  TL_TRY_VOID(store::VisitVersioned<state::v1::AssessmentRow>(
      rows, kAssessments, {council_id}, {}, [&](Receipt receipt) {
        receipts.push_back(std::move(receipt));
        return true;
      }));
  return receipts;
}

Result<void> VisitAlerts(const store::RowReader& rows, const std::vector<std::string>& councils,
                         const std::string& after,
                         const store::VisitRow<state::v1::AlertRow>& visit) {
  for (const std::string& council : councils) {
    const bool behind = council == councils.front() && !after.empty();
    const store::RowKey from = behind ? store::RowKey{council, after} : store::RowKey();
    TL_TRY(const bool goes_on, store::VisitVersioned(rows, kAlerts, {council}, from, visit));
    if (!goes_on) return {};
  }
  return {};
}

}  // namespace twinledger::risk
