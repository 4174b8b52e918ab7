// The register of gifts and hospitality: its rows, made of records and of what is called how.
#pragma once

#include <optional>

#include "platform/base/result.h"
#include "platform/fields/partial_date.h"
#include "platform/rpc/listing.h"
#include "reporting/domain/release.h"
#include "reporting/projection/reporting_view.h"
#include "twinledger/reporting/v1/gift_register.pb.h"

namespace twinledger::reporting {

// Which rows a register is made of.
struct GiftScope {
  std::optional<CouncilId> council = std::nullopt;  // All without one.
  fields::PartialDate from = {};                    // Both included; not known: no bound.
  fields::PartialDate to = {};
  Audience audience = Audience::kPublic;

  // Whether a record belongs to it, whoever may see it. What was retracted and confirmed does not.
  bool Covers(const RecordRow& record) const;
};

const rpc::Listing& GiftListing();

// Those that the audience may see. `rows` must outlive it.
rpc::ListSource GiftSource(const store::RowReader& rows, const GiftScope& scope);

// The others, counted by their class.
Result<std::vector<v1::Withheld>> WithheldGifts(const store::RowReader& rows,
                                                const GiftScope& scope);

}  // namespace twinledger::reporting
