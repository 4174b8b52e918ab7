#include "engagement/rpc/value_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "engagement/domain/office.h"
#include "engagement/rpc/record_checks.h"
#include "platform/rpc/field_checks.h"

namespace twinledger::engagement {
namespace {

using rpc::Violations;

constexpr std::size_t kReferenceBytesMax = 64;
constexpr std::size_t kDecisionLinksMax = 20;
constexpr std::string_view kNewZealandDollar = "NZD";

bool IsReference(std::string_view text) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return text.size() <= kReferenceBytesMax && is_word(text.front()) &&
         std::ranges::all_of(text, [&](char c) {
           return is_word(c) || std::string_view("./_:-").find(c) != std::string_view::npos;
         });
}

}  // namespace

void CheckOffice(const rpc::FieldPath& field, std::string_view office, Violations& wrong) {
  if (IsOffice(office)) return;
  wrong.Add(field, fmt::format("is no office, and a person's name does not belong here: give one "
                               "of {}, with a number behind it where there are several (member-2)",
                               fmt::join(Titles(), ", ")));
}

void CheckParty(const rpc::FieldPath& field, const v1::Party& party, Need need, Violations& wrong) {
  switch (party.who_case()) {
    case v1::Party::kOfficialId:
      return wrong.Uuid({field, "official_id"}, party.official_id());
    case v1::Party::kPrincipalId:
      return wrong.Uuid({field, "principal_id"}, party.principal_id());
    case v1::Party::kOffice:
      return CheckOffice({field, "office"}, party.office(), wrong);
    case v1::Party::WHO_NOT_SET:
      if (need == Need::kRequired) {
        wrong.Add(field,
                  "not given: want official_id, principal_id, or the office where no person "
                  "is known");
      }
      return;
  }
}

void CheckMoney(const rpc::FieldPath& field, const v1::Money& money, Violations& wrong) {
  wrong.Between({field, "cents"}, money.cents(), 0, kCentsMax);
  wrong.Between({field, "nzd_cents"}, money.nzd_cents(), 0, kCentsMax);
  CheckDate({field, "rate_date"}, money.rate_date(), wrong);
  const std::string& currency = money.currency();
  if (currency.size() != 3 ||
      !std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    wrong.Add({field, "currency"},
              fmt::format("\"{}\": want three upper-case letters of ISO 4217, such as NZD",
                          currency.substr(0, 8)));
    return;
  }
  if (currency == kNewZealandDollar) {
    if (money.nzd_cents() != 0 && money.nzd_cents() != money.cents()) {
      wrong.Add({field, "nzd_cents"},
                fmt::format("{}: leave it out, the amount is in NZD already", money.nzd_cents()));
    }
    return;
  }
  if (money.cents() != 0 && money.nzd_cents() == 0) {
    wrong.Add({field, "nzd_cents"},
              fmt::format("not given: say what {} {} cents were worth in NZD cents", currency,
                          money.cents()));
  }
  if (money.rate_date().day() == 0) {
    wrong.Add({field, "rate_date"}, "want the day of the exchange rate: year, month and day");
  }
}

void CheckReference(const rpc::FieldPath& field, std::string_view reference, Violations& wrong) {
  if (reference.empty() || IsReference(reference)) return;
  wrong.Add(field, fmt::format("is no reference: want at most {} letters, digits and ./_:-, as it "
                               "is filed, such as RES-2026/114",
                               kReferenceBytesMax));
}

void CheckDecisionLinks(const rpc::FieldPath& field,
                        const google::protobuf::RepeatedPtrField<v1::DecisionLink>& links,
                        Violations& wrong) {
  wrong.AtMost(field, static_cast<std::size_t>(links.size()), kDecisionLinksMax);
  for (int i = 0; i < links.size(); ++i) {
    const rpc::FieldPath at{field, i};
    if (links[i].reference().empty()) {
      wrong.Add({at, "reference"}, "not given: say how the decision is filed");
    }
    CheckReference({at, "reference"}, links[i].reference(), wrong);
    CheckDate({at, "decided_on"}, links[i].decided_on(), wrong);
  }
}

void CheckDate(const rpc::FieldPath& field, const registry::v1::PartialDate& date,
               Violations& wrong) {
  rpc::CheckDateParts(field, fields::PartsOf(date), wrong);
}

}  // namespace twinledger::engagement
