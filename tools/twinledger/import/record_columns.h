// The columns of a file of engagements: they follow from the messages of records.
//
//   gift.offered_on                       offered_on
//   gift.kind, device.kind                gift_kind, device_kind
//   gift.value                            amount, currency, nzd_amount, rate_date
//   travel.cost_lines[].payer             cost_payer
//   travel.cost_lines[].amount            cost_amount, cost_currency, cost_nzd_amount,
//   cost_rate_date
//
// A record has one row, and one more for each further element of its lists: a row adds one element
// to each list that it has cells of. Beside them stand the columns of kOwnColumns, which name what
// a council knows by keys of its own.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::client {

inline constexpr std::array<std::string_view, 8> kOwnColumns{
    "record_key", "council_id", "kind",       "relationship_key",
    "travel_key", "donor_key",  "donor_kind", "donor_name"};

inline constexpr std::string_view kNewZealandDollar = "NZD";  // Unless currency says another one.

struct RecordColumn {
  // What a cell holds: what SetField reads, one party, several, or a part of an amount of money.
  enum class Form { kPlain, kParty, kParties, kAmount, kCurrency, kNzdAmount, kRateDate };

  std::string name;     // "cost_amount"
  std::string content;  // "travel"; empty for what records of every kind have.
  std::string list;     // "cost_lines", where it is of the elements of a list.
  std::string field;    // "amount": of the record, its content or the element.
  Form form = Form::kPlain;
};

// The column of a part of the amount of money that `column` is a part of: "cost_amount" for
// "amount" and "cost_currency".
std::string MoneyColumn(const RecordColumn& column, std::string_view part);

// "gift", "hospitality", ...
const std::vector<std::string>& RecordKindNames();

// Of a kind, and what all have, in the order of the messages.
const std::vector<RecordColumn>& ColumnsOf(const std::string& kind);

// Names of the columns of every kind, each once, those of kOwnColumns first.
const std::vector<std::string>& RecordColumnNames();

}  // namespace twinledger::client
