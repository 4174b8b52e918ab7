// Queries on what scoring came to, at whatever cut the reader stands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "platform/store/table.h"
#include "platform/store/versioned.h"
#include "risk/projection/risk_projection.h"

namespace twinledger::risk {

// Who is assessed: a relationship of a council, or the council itself.
struct Subject {
  std::string council_id;
  std::string relationship_id = {};  // Empty: the council itself.

  bool is_council() const { return relationship_id.empty(); }
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

using Receipt = store::Versioned<state::v1::AssessmentRow>;

Result<std::optional<Receipt>> LastReceipt(const store::RowReader& rows, const Subject& subject);

// Newest first, until `visit` answers false.
Result<void> VisitReceipts(const store::CutReader& rows, const Subject& subject,
                           const std::function<bool(Receipt)>& visit);

// Of a council: it and its relationships that have receipts, the last of each.
Result<std::vector<Receipt>> LastReceiptsOf(const store::RowReader& rows,
                                            const std::string& council_id);

// In the order of their resource names: those of the councils, given in that order, behind alert
// `after` of the first; all of it if that is empty.
Result<void> VisitAlerts(const store::RowReader& rows, const std::vector<std::string>& councils,
                         const std::string& after,
                         const store::VisitRow<state::v1::AlertRow>& visit);

}  // namespace twinledger::risk
