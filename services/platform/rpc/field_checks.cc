#include "platform/rpc/field_checks.h"

#include <algorithm>

namespace twinledger::rpc {
namespace {

// No council in New Zealand is older: the first was Wellington's, of 1842.
constexpr int kYearMin = 1840;
constexpr int kYearMax =
    2200;  // A review may be due in years; a typing error of a digit is caught.

}  // namespace

bool Given::IsNamed(std::string_view path) const {
  return std::ranges::find(mask_->paths(), path) != mask_->paths().end();
}

void CheckMask(const google::protobuf::FieldMask& mask, const std::vector<std::string>& amendable,
               Violations& wrong) {
  if (mask.paths().empty()) {
    wrong.Add("update_mask", fmt::format("not given: name the fields to change, of {}",
                                         fmt::join(amendable, ", ")));
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    if (std::ranges::find(amendable, mask.paths(i)) != amendable.end()) continue;
    wrong.Add(fmt::format("update_mask.paths[{}]", i),
              fmt::format("\"{}\": want one of {}", mask.paths(i), fmt::join(amendable, ", ")));
  }
}

void CheckDateParts(const FieldPath& field, const fields::PartialDate& date, Violations& wrong) {
  const bool in_range = date.year >= kYearMin && date.year <= kYearMax;
  if (!fields::IsKnown(date) && fields::IsWellFormed(date)) return;
  if (fields::IsWellFormed(date) && in_range) return;
  wrong.Add(field,
            fmt::format("year {}, month {}, day {}: want a day of the calendar, a month or a "
                        "year, between {} and {}; 0 for what is not known",
                        date.year, date.month, date.day, kYearMin, kYearMax));
}

void RequireDateParts(const FieldPath& field, const fields::PartialDate& date, Violations& wrong) {
  if (date == fields::PartialDate{}) {
    wrong.Add(field, "not given: want a date, or at least its year");
    return;
  }
  CheckDateParts(field, date, wrong);
}

void Sha256Digits(const FieldPath& field, std::string_view digits, Violations& wrong) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (digits.size() == 64 && std::ranges::all_of(digits, is_digit)) return;
  wrong.Add(field, fmt::format("\"{}\": want 64 lower-case hexadecimal digits", digits));
}

std::string NamesOf(const google::protobuf::EnumDescriptor& type) {
  std::string names;
  for (int i = 1; i < type.value_count(); ++i) {
    names += (i == 1 ? "" : ", ") + type.value(i)->name();
  }
  return names;
}

}  // namespace twinledger::rpc
