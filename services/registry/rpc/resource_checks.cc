#include "registry/rpc/resource_checks.h"

#include <fmt/format.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <algorithm>
#include <cctype>

#include "platform/fields/field_paths.h"
#include "registry/domain/partial_date.h"
#include "registry/rpc/resource_names.h"

namespace twinledger::registry {
namespace {

using rpc::Violations;

// No council in New Zealand is older: the first was Wellington's, of 1842.
constexpr int kYearMin = 1840;
constexpr int kYearMax =
    2200;  // A review may be due in years; a typing error of a digit is caught.
constexpr std::size_t kNameCharactersMax = 200;
constexpr std::int64_t kPopulationMax = 2'000'000'000;  // More than any country has.
constexpr std::size_t kElectionDaysMax = 50;
constexpr std::size_t kEvidenceMax = 20;
constexpr std::size_t kAimsMax = 20;

// The fields of one resource under their names in the request.
class Checks {
 public:
  Checks(std::string_view prefix, const Given& given, Violations& wrong)
      : prefix_(prefix), given_(given), wrong_(wrong) {}

  bool Has(std::string_view path) const { return given_.Has(path); }
  std::string At(std::string_view path) const { return fmt::format("{}.{}", prefix_, path); }
  Violations& wrong() { return wrong_; }

  void RequiredText(std::string_view path, std::string_view text) {
    if (Has(path)) wrong_.Required(At(path), text, kNameCharactersMax);
  }
  void Text(std::string_view path, std::string_view text, std::size_t most = kNameCharactersMax) {
    if (Has(path)) wrong_.Optional(At(path), text, most);
  }
  void Handle(std::string_view path, std::string_view uuid) {
    if (Has(path) && !uuid.empty()) wrong_.Uuid(At(path), uuid);
  }
  void Date(std::string_view path, const v1::PartialDate& date) {
    if (Has(path)) CheckDate(At(path), date, wrong_);
  }
  template <class Enum>
  void Known(std::string_view path, Enum value) {
    if (Has(path)) KnownAt(At(path), value);
  }
  template <class Enum>
  void RequiredEnum(std::string_view path, Enum value) {
    if (!Has(path)) return;
    if (value == 0) {
      wrong_.Add(At(path), "not given: want one of " + Names<Enum>());
    } else {
      KnownAt(At(path), value);
    }
  }
  template <class Enum>
  void KnownAt(std::string_view field, Enum value) {
    if (google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value) != nullptr) return;
    wrong_.Add(field, fmt::format("{}: want one of {}", static_cast<int>(value), Names<Enum>()));
  }

 private:
  template <class Enum>
  static std::string Names() {
    const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
    std::string names;
    for (int i = 1; i < type->value_count(); ++i) {
      names += (i == 1 ? "" : ", ") + type->value(i)->name();
    }
    return names;
  }

  const std::string_view prefix_;
  const Given& given_;
  Violations& wrong_;
};

void CheckEvidence(std::string_view field,
                   const google::protobuf::RepeatedPtrField<v1::Evidence>& all, Violations& wrong) {
  wrong.AtMost(field, static_cast<std::size_t>(all.size()), kEvidenceMax);
  for (int i = 0; i < all.size(); ++i) {
    const auto at = [&](std::string_view path) { return fmt::format("{}[{}].{}", field, i, path); };
    const std::string& digits = all[i].sha256();
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (digits.size() != 64 || !std::ranges::all_of(digits, is_digit)) {
      wrong.Add(at("sha256"), fmt::format("\"{}\": want 64 lower-case hexadecimal digits", digits));
    }
    wrong.Optional(at("media_type"), all[i].media_type(), kNameCharactersMax);
    wrong.Optional(at("title"), all[i].title(), kNameCharactersMax);
    if (all[i].size_bytes() < 0) {
      wrong.Add(at("size_bytes"), fmt::format("{}: want 0 or more", all[i].size_bytes()));
    }
  }
}

bool IsScript(std::string_view text) {
  return text.size() == 4 && text[0] >= 'A' && text[0] <= 'Z' &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

bool Given::Has(std::string_view path) const {
  return mask_ == nullptr || std::ranges::find(mask_->paths(), path) != mask_->paths().end();
}

void CheckFields(std::string_view prefix, const v1::Council& council, const Given& given,
                 Violations& wrong) {
  Checks checks(prefix, given, wrong);
  checks.RequiredText("display_name", council.display_name());
  checks.RequiredEnum("kind", council.kind());
  checks.Known("status", council.status());
  checks.Text("region", council.region());
  if (given.Has("population") && council.has_population()) {
    wrong.Between(checks.At("population"), council.population(), 0, kPopulationMax);
  }
  checks.Text("seat", council.seat());
  checks.Known("has_port", council.has_port());
  checks.Known("has_airport", council.has_airport());
  if (given.Has("successor") && !council.successor().empty()) {
    ReadCouncilName(checks.At("successor"), council.successor(), wrong);
  }
  checks.Handle("coordinator_id", council.coordinator_id());
  checks.Handle("security_contact_id", council.security_contact_id());
  checks.Known("return_cycle", council.return_cycle());
  checks.Date("next_return_due", council.next_return_due());
  if (given.Has("election_days")) {
    const auto& days = council.election_days();
    wrong.AtMost(checks.At("election_days"), static_cast<std::size_t>(days.size()),
                 kElectionDaysMax);
    for (int i = 0; i < days.size(); ++i) {
      RequireDate(fmt::format("{}.election_days[{}]", prefix, i), days[i], wrong);
    }
  }
  checks.Known("expense_system", council.expense_system());
  checks.Text("source_note", council.source_note(), kTextCharactersMax);
}

void CheckFields(std::string_view prefix, const v1::Partner& partner, const Given& given,
                 Violations& wrong) {
  Checks checks(prefix, given, wrong);
  checks.RequiredText("display_name", partner.display_name());
  checks.Text("name_local", partner.name_local());
  if (given.Has("script") && !partner.script().empty() && !IsScript(partner.script())) {
    wrong.Add(checks.At("script"),
              fmt::format("\"{}\": want an ISO 15924 code, such as Hans", partner.script()));
  }
  checks.RequiredEnum("level", partner.level());
  if (given.Has("country")) wrong.CountryCode(checks.At("country"), partner.country());
  checks.Text("region", partner.region());
  if (given.Has("population") && partner.has_population()) {
    wrong.Between(checks.At("population"), partner.population(), 0, kPopulationMax);
  }
  checks.Known("control_declared", partner.control_declared());
  if (given.Has("control_evidence")) {
    CheckEvidence(checks.At("control_evidence"), partner.control_evidence(), wrong);
  }
  if (given.Has("parent") && !partner.parent().empty()) {
    ReadPartnerName(checks.At("parent"), partner.parent(), wrong);
  }
  checks.Text("source_note", partner.source_note(), kTextCharactersMax);
}

void CheckFields(std::string_view prefix, const v1::Relationship& relationship, const Given& given,
                 Violations& wrong) {
  Checks checks(prefix, given, wrong);
  if (given.Has("partner")) ReadPartnerName(checks.At("partner"), relationship.partner(), wrong);
  checks.RequiredEnum("kind", relationship.kind());
  checks.Known("status", relationship.status());
  checks.Known("initiated_by", relationship.initiated_by());
  checks.Date("since", relationship.since());
  checks.Date("ended", relationship.ended());
  checks.Text("end_reason", relationship.end_reason(), kTextCharactersMax);
  if (given.Has("aims")) {
    wrong.AtMost(checks.At("aims"), static_cast<std::size_t>(relationship.aims_size()), kAimsMax);
    for (int i = 0; i < relationship.aims_size(); ++i) {
      checks.KnownAt(fmt::format("{}.aims[{}]", prefix, i), relationship.aims(i));
    }
  }
  checks.Text("owner_role", relationship.owner_role());
  checks.Text("community_body", relationship.community_body());
  checks.Date("next_review_due", relationship.next_review_due());
  if (given.Has("public_url") && !relationship.public_url().empty()) {
    wrong.Url(checks.At("public_url"), relationship.public_url());
  }
  checks.Text("source_note", relationship.source_note(), kTextCharactersMax);
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

void CheckDate(std::string_view field, const v1::PartialDate& date, Violations& wrong) {
  PartialDate read;
  fields::Translate(date, read);
  const bool in_range = read.year() >= kYearMin && read.year() <= kYearMax;
  if (!IsKnown(read) && IsWellFormed(read)) return;
  if (IsWellFormed(read) && in_range) return;
  wrong.Add(field,
            fmt::format("year {}, month {}, day {}: want a day of the calendar, a month or a "
                        "year, between {} and {}; 0 for what is not known",
                        read.year(), read.month(), read.day(), kYearMin, kYearMax));
}

void RequireDate(std::string_view field, const v1::PartialDate& date, Violations& wrong) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) {
    wrong.Add(field, "not given: want a date, or at least its year");
    return;
  }
  CheckDate(field, date, wrong);
}

void CheckProvenance(const v1::Provenance& provenance, Violations& wrong) {
  const Given all = Given::All();
  Checks checks("provenance", all, wrong);
  checks.Known("source", provenance.source());
  checks.Date("occur_date", provenance.occur_date());
  checks.Date("occur_end", provenance.occur_end());
  PartialDate begins;
  PartialDate ends;
  fields::Translate(provenance.occur_date(), begins);
  fields::Translate(provenance.occur_end(), ends);
  if (IsKnown(ends) && !IsKnown(begins)) {
    wrong.Add("provenance.occur_end", "given without occur_date: a range has both");
  } else if (IsBefore(ends, begins)) {
    wrong.Add("provenance.occur_end",
              fmt::format("{}: want no day before occur_date, {}", ToText(ends), ToText(begins)));
  }
  checks.Text("correction_reason", provenance.correction_reason(), kTextCharactersMax);
  CheckEvidence("provenance.evidence", provenance.evidence(), wrong);
}

}  // namespace twinledger::registry
