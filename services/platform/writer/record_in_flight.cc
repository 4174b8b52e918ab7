#include "platform/writer/record_in_flight.h"

#include <algorithm>

namespace twinledger::writer {

void RecordInFlight::OnConsumed(const projection::PartitionView::Consumed& consumed,
                                log::Offset offset) {
  using Kind = projection::PartitionView::Consumed::Kind;
  if (consumed.kind == Kind::kOld) return;
  const bool own = consumed.hash == hash();
  const bool accepted = consumed.kind == Kind::kAccepted;
  if (own) met_at_.push_back(offset);
  if (fate_ != Fate::kOpen || (!own && !accepted)) return;
  fate_ = own && accepted ? Fate::kAccepted : Fate::kVoid;
}

bool RecordInFlight::MetAt(log::Offset offset) const {
  return std::find(met_at_.begin(), met_at_.end(), offset) != met_at_.end();
}

}  // namespace twinledger::writer
