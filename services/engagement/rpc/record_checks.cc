#include "engagement/rpc/record_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "engagement/domain/contradictions.h"
#include "engagement/rpc/paths.h"
#include "engagement/rpc/resource_names.h"
#include "engagement/rpc/translation.h"
#include "engagement/rpc/value_checks.h"

namespace twinledger::engagement {
namespace {

using rpc::Given;
using rpc::Violations;

constexpr std::size_t kUnknownFieldsMax = 50;

bool HasDaysOfItsOwn(const v1::Record& record) { return record.has_gift() || record.has_travel(); }

// Of whatever kind: that they are of the record's is for the domain to say.
void CheckUnknownFields(const v1::Record& record, rpc::FieldChecks& checks) {
  if (!checks.Has("unknown_fields")) return;
  checks.wrong().AtMost(checks.At("unknown_fields"),
                        static_cast<std::size_t>(record.unknown_fields_size()), kUnknownFieldsMax);
  for (int i = 0; i < record.unknown_fields_size(); ++i) {
    const std::string& path = record.unknown_fields(i);
    const auto content = ContentNamed(path.substr(0, path.find('.')));
    if (HasPath(content, OurPath(content, path))) continue;
    checks.wrong().Add({checks.At("unknown_fields"), i},
                       "is no field: name one of the record, such as gift.value");
  }
}

}  // namespace

void CheckRecord(const v1::Record& record, const Given& given, Violations& wrong) {
  rpc::FieldChecks checks("record", given, wrong);
  if (checks.Has("relationship") && !record.relationship().empty()) {
    ReadRelationshipName(checks.At("relationship"), record.relationship(), wrong);
  }
  if (checks.Has("occur_date") && !HasDaysOfItsOwn(record) &&
      record.content_case() != v1::Record::CONTENT_NOT_SET) {
    rpc::RequireDateParts(checks.At("occur_date"), fields::PartsOf(record.occur_date()), wrong);
  }
  if (HasDaysOfItsOwn(record)) checks.Date("occur_date", record.occur_date());
  checks.Date("occur_end", record.occur_end());
  checks.Known("source", record.source());
  checks.Known("reported_by_role", record.reported_by_role());
  checks.Known("marking", record.marking());
  checks.Known("release_class", record.release_class());
  if (checks.Has("evidence")) {
    rpc::CheckEvidence(checks.At("evidence"), record.evidence(), wrong);
  }
  CheckUnknownFields(record, checks);
  checks.Url("published_url", record.published_url());
  checks.Date("published_on", record.published_on());
  CheckContent(record, checks);
}

RecordFields CheckWhole(const v1::Record& record, Violations& wrong) {
  if (record.content_case() == v1::Record::CONTENT_NOT_SET) {
    wrong.Add("record",
              "has no content: give one of gift, hospitality, travel, device or delegation");
  }
  CheckRecord(record, Given::All(), wrong);
  const bool names_no_field = std::ranges::any_of(wrong.all(), [](const FieldViolation& violation) {
    return violation.field.starts_with("record.unknown_fields");
  });
  RecordFields kept = FieldsOf(record);
  for (const Contradiction& one : ContradictionsOf(kept)) {
    if (names_no_field && one.path == "unknown_fields") continue;  // Told already.
    wrong.Add("record." + one.path, one.text);
  }
  return kept;
}

RecordFields::ContentCase ContentOfMask(const google::protobuf::FieldMask& mask) {
  for (const std::string& path : mask.paths()) {
    const auto content = ContentNamed(path.substr(0, path.find('.')));
    if (content != RecordFields::CONTENT_NOT_SET && path.find('.') != std::string::npos) {
      return content;
    }
  }
  return RecordFields::CONTENT_NOT_SET;
}

void CheckAmended(const v1::Record& record, const google::protobuf::FieldMask& mask,
                  Violations& wrong) {
  const RecordFields::ContentCase masked = ContentOfMask(mask);
  const auto given = static_cast<RecordFields::ContentCase>(record.content_case());
  const bool none = given == RecordFields::CONTENT_NOT_SET;
  if (!none && masked != RecordFields::CONTENT_NOT_SET && masked != given) {
    wrong.Add("update_mask", fmt::format("names fields of {}, and the record holds {}: a record "
                                         "stays of the kind that it is",
                                         NameOf(masked), NameOf(given)));
  }
  rpc::CheckMask(mask, AmendablePaths(none ? masked : given), wrong);
  v1::Record checked = record;
  if (none && masked != RecordFields::CONTENT_NOT_SET) {
    // What the mask names and the record leaves out is to be cleared.
    const auto* content = v1::Record::descriptor()->FindFieldByName(NameOf(masked));
    checked.GetReflection()->MutableMessage(&checked, content);
  }
  CheckRecord(checked, Given::Only(mask), wrong);
}

void CheckReason(const rpc::FieldPath& field, std::string_view reason, Violations& wrong) {
  wrong.Required(field, reason, rpc::kTextCharactersMax);
}

}  // namespace twinledger::engagement
