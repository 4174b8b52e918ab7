#include "registry/rpc/resource_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "platform/fields/field_paths.h"
#include "registry/domain/partial_date.h"
#include "registry/rpc/resource_names.h"

namespace twinledger::registry {
namespace {

using rpc::Violations;

constexpr std::int64_t kPopulationMax = 2'000'000'000;  // More than any country has.
constexpr std::size_t kElectionDaysMax = 50;
constexpr std::size_t kAimsMax = 20;
constexpr std::size_t kAliasesMax = 20;
constexpr std::size_t kAffiliationsMax = 20;
constexpr std::int64_t kPermilleMax = 1000;

void CheckAffiliations(const rpc::FieldPath& field,
                       const google::protobuf::RepeatedPtrField<v1::Affiliation>& all,
                       rpc::FieldChecks& checks) {
  Violations& wrong = checks.wrong();
  wrong.AtMost(field, static_cast<std::size_t>(all.size()), kAffiliationsMax);
  for (int i = 0; i < all.size(); ++i) {
    const rpc::FieldPath entry{field, i};
    const auto at = [&](std::string_view path) { return rpc::FieldPath(entry, path); };
    wrong.Required(at("organisation"), all[i].organisation(), rpc::kNameCharactersMax);
    checks.RequiredEnumAt(at("type"), all[i].type());
    checks.KnownAt(at("declared"), all[i].declared());
    CheckDate(at("found_on"), all[i].found_on(), wrong);
    wrong.Optional(at("source"), all[i].source(), kTextCharactersMax);
    checks.KnownAt(at("confidence"), all[i].confidence());
  }
}

bool IsScript(std::string_view text) {
  return text.size() == 4 && text[0] >= 'A' && text[0] <= 'Z' &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

void CheckFields(std::string_view prefix, const v1::Council& council, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
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
      RequireDate({checks.At("election_days"), i}, days[i], wrong);
    }
  }
  checks.Known("expense_system", council.expense_system());
  checks.Text("source_note", council.source_note(), kTextCharactersMax);
}

void CheckFields(std::string_view prefix, const v1::Partner& partner, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
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
    rpc::CheckEvidence(checks.At("control_evidence"), partner.control_evidence(), wrong);
  }
  if (given.Has("parent") && !partner.parent().empty()) {
    ReadPartnerName(checks.At("parent"), partner.parent(), wrong);
  }
  checks.Text("source_note", partner.source_note(), kTextCharactersMax);
}

void CheckFields(std::string_view prefix, const v1::Relationship& relationship, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
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
      checks.KnownAt({checks.At("aims"), i}, relationship.aims(i));
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

// What a violation says of a name is its length, never the name.
void CheckFields(std::string_view prefix, const v1::Official& official, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
  checks.Text("display_name", official.display_name());
  checks.RequiredText("office", official.office());
  checks.Date("since", official.since());
  checks.Date("until", official.until());
}

void CheckFields(std::string_view prefix, const v1::Principal& principal, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
  checks.RequiredText("display_name", principal.display_name());
  if (given.Has("aliases")) {
    const auto& aliases = principal.aliases();
    wrong.AtMost(checks.At("aliases"), static_cast<std::size_t>(aliases.size()), kAliasesMax);
    for (int i = 0; i < aliases.size(); ++i) {
      wrong.Required({checks.At("aliases"), i}, aliases[i], rpc::kNameCharactersMax);
    }
  }
  checks.Text("role", principal.role());
  if (given.Has("organisation") && !principal.organisation().empty()) {
    ReadPrincipalName(checks.At("organisation"), principal.organisation(), wrong);
  }
  checks.Handle("donor_group_id", principal.donor_group_id());
  if (given.Has("affiliations")) {
    CheckAffiliations(checks.At("affiliations"), principal.affiliations(), checks);
  }
  if (given.Has("acting_for") && !principal.acting_for().empty()) {
    ReadPrincipalName(checks.At("acting_for"), principal.acting_for(), wrong);
  }
}

void CheckFields(std::string_view prefix, const v1::StrategicAsset& asset, const Given& given,
                 Violations& wrong) {
  rpc::FieldChecks checks(prefix, given, wrong);
  checks.RequiredEnum("owner", asset.owner());
  checks.RequiredEnum("kind", asset.kind());
  if (given.Has("stake_permille") && asset.has_stake_permille()) {
    wrong.Between(checks.At("stake_permille"), asset.stake_permille(), 0, kPermilleMax);
  }
  checks.Text("register_ref", asset.register_ref());
}

void CheckPrincipalKind(const rpc::FieldPath& field, v1::PrincipalKind kind, Violations& wrong) {
  const Given all = Given::All();
  rpc::FieldChecks("", all, wrong).RequiredEnumAt(field, kind);
}

void CheckCriticality(const rpc::FieldPath& field, v1::Criticality criticality, Violations& wrong) {
  const Given all = Given::All();
  rpc::FieldChecks("", all, wrong).RequiredEnumAt(field, criticality);
}

void CheckDate(const rpc::FieldPath& field, const v1::PartialDate& date, Violations& wrong) {
  rpc::CheckDateParts(field, fields::PartsOf(date), wrong);
}

void RequireDate(const rpc::FieldPath& field, const v1::PartialDate& date, Violations& wrong) {
  rpc::RequireDateParts(field, fields::PartsOf(date), wrong);
}

void RequireDay(const rpc::FieldPath& field, const v1::PartialDate& date, Violations& wrong) {
  if (date.year() != 0 && (date.month() == 0 || date.day() == 0)) {
    wrong.Add(field, fmt::format("year {}, month {}, day {}: want a day", date.year(), date.month(),
                                 date.day()));
    return;
  }
  RequireDate(field, date, wrong);
}

void CheckProvenance(const v1::Provenance& provenance, Violations& wrong) {
  const Given all = Given::All();
  rpc::FieldChecks checks("provenance", all, wrong);
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
  rpc::CheckEvidence("provenance.evidence", provenance.evidence(), wrong);
}

}  // namespace twinledger::registry
