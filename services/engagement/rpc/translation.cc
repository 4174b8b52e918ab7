#include "engagement/rpc/translation.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "engagement/domain/mitigations.h"
#include "engagement/rpc/paths.h"
#include "engagement/rpc/resource_names.h"
#include "platform/crypto/hash.h"
#include "platform/fields/field_paths.h"
#include "platform/fields/field_trail.h"
#include "platform/rpc/timestamp.h"

namespace twinledger::engagement {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Dates, amounts and parties: what says nothing where it is empty.
bool IsValue(const FieldDescriptor& field) {
  const auto* const type = field.message_type();
  return type != nullptr &&
         (type->name() == "PartialDate" || type->name() == "Party" || type->name() == "Money");
}

// Amounts in New Zealand dollars are worth themselves.
void FillNewZealandCents(Message& message) {
  auto* const money = dynamic_cast<events::v1::Money*>(&message);
  if (money != nullptr && money->currency() == "NZD") money->set_nzd_cents(money->cents());
}

// A date, an amount or a party that says nothing is one that was not given.
void Tidy(Message& message, const fields::FieldTrail& values) {
  const auto& reflection = values.reflection();
  for (const auto& [field, is_value, repeated, inner] : values.steps()) {
    const auto tidy_within = [within = inner](Message& value) {
      if (within != nullptr) Tidy(value, *within);
    };
    for (int i = 0; repeated && i < reflection.FieldSize(message, field); ++i) {
      Message& value = *reflection.MutableRepeatedMessage(&message, field, i);
      tidy_within(value);
      if (is_value) FillNewZealandCents(value);
    }
    if (repeated || !reflection.HasField(message, field)) continue;
    Message& value = *reflection.MutableMessage(&message, field);
    tidy_within(value);
    if (!is_value) continue;
    if (value.ByteSizeLong() == 0) {
      reflection.ClearField(&message, field);
    } else {
      FillNewZealandCents(value);
    }
  }
}

events::v1::ReportedByRole ReportedBy(identity::Role role) {
  switch (role) {
    case identity::Role::kCouncilOfficer:
    case identity::Role::kCouncilApprover:
      return events::v1::REPORTED_BY_ROLE_COUNCIL_OFFICER;
    case identity::Role::kAgencyAnalyst:
    case identity::Role::kAgencyApprover:
    case identity::Role::kRuleAuthor:
      return events::v1::REPORTED_BY_ROLE_AGENCY;
    case identity::Role::kAuditor:
      return events::v1::REPORTED_BY_ROLE_AUDITOR;
    case identity::Role::kOperator:
    case identity::Role::kService:
      return events::v1::REPORTED_BY_ROLE_SYSTEM;
  }
  return events::v1::REPORTED_BY_ROLE_UNSPECIFIED;
}

events::v1::ReleaseClass ReleaseClassOf(RecordFields::ContentCase content) {
  if (content == RecordFields::kTravel) return events::v1::RELEASE_CLASS_PUBLIC;
  if (content == RecordFields::kDevice) return events::v1::RELEASE_CLASS_AGENCY;
  return events::v1::RELEASE_CLASS_COUNCIL_AND_AGENCY;
}

bool IsSame(const v1::Record& a, const v1::Record& b, const TextPath& path) {
  return fields::Equal(path.In(a), path.In(b), path.field->theirs->name());
}

// Whether all texts under the client's path were opened. One that was not looks empty, and is not.
bool IsOpened(const v1::Record& texts, std::string_view path) {
  return std::ranges::none_of(texts.unopened_fields(), [path](std::string_view unopened) {
    if (!unopened.starts_with(path)) return false;
    const std::string_view below = unopened.substr(path.size());
    return below.empty() || below.front() == '.' || below.front() == '[';
  });
}

void RenderDays(const RecordFields& kept, v1::Record& record) {
  if (kept.has_gift() && kept.gift().has_offered_on()) {
    *record.mutable_occur_date() = record.gift().offered_on();
  }
  if (kept.has_travel() && kept.travel().has_depart_on()) {
    *record.mutable_occur_date() = record.travel().depart_on();
  }
  if (kept.has_travel() && kept.travel().has_return_on()) {
    *record.mutable_occur_end() = record.travel().return_on();
  }
}

void RenderMitigations(const Record& row, v1::Record& record) {
  const bool pending = row.state() == state::v1::RECORD_STATE_RETRACTION_PENDING;
  const bool verified =
      (pending ? row.state_before_retraction() : row.state()) == state::v1::RECORD_STATE_VERIFIED;
  for (const Claim& claim : ClaimsOf(row.fields())) {
    v1::Mitigation& mitigation = *record.add_mitigations();
    mitigation.set_kind(static_cast<v1::MitigationKind>(claim.mitigation));
    mitigation.set_state(verified ? v1::MITIGATION_STATE_VERIFIED : v1::MITIGATION_STATE_CLAIMED);
    mitigation.set_reference(claim.reference);
  }
}

// Opens the texts of one row into a client's record.
class Opening {
 public:
  Opening(const Record& row, const Texts* texts, v1::Record& record)
      : row_(row), texts_(texts), record_(record) {}

  Result<void> All() {
    for (const state::v1::SealedPath& entry : row_.sealed()) {
      const Sealing sealing{entry.event_type(), entry.request_id(), entry.marking()};
      const OpenText open = [&](const std::string& path, std::string_view sealed) {
        return Open(sealing, path, sealed);
      };
      TL_TRY_VOID(OpenEntry(entry.path(), sealing, open));
    }
    return {};
  }

 private:
  Result<void> OpenEntry(const std::string& path, const Sealing& sealing, const OpenText& open) {
    if (path == kReasonPath) {
      const bool note = sealing.event_type == "record_verified";
      TL_TRY(std::string text, open(note ? "note" : "reason", row_.reason_sealed()));
      record_.set_reason(std::move(text));
      return {};
    }
    if (path == kCheckEvidencePath) {
      return OpenField(row_, CheckEvidenceTexts(), record_, "evidence", open);
    }
    const TextPath* const at = FindTextPath(path);
    if (at == nullptr) return {};
    return OpenField(at->In(row_.fields()), *at->field, at->MutableIn(record_), at->theirs, open);
  }

  Result<std::string> Open(const Sealing& sealing, const std::string& path,
                           std::string_view sealed) {
    std::optional<std::string> text;
    if (texts_ != nullptr) {
      TL_TRY(text, texts_->Open(sealing, path, sealed));
    }
    if (!text) record_.add_unopened_fields(path);
    return text.value_or("");
  }

  const Record& row_;
  const Texts* const texts_;
  v1::Record& record_;
};

// What a history compares: what a version says by itself is told beside its changes.
v1::Record Compared(const v1::Record& record) {
  v1::Record compared = record;
  compared.clear_name();
  compared.clear_reason();
  compared.clear_unopened_fields();
  compared.clear_mitigations();
  compared.clear_etag();
  compared.clear_create_time();
  compared.clear_update_time();
  return compared;
}

void AddChange(const fields::Change& change, const std::string& prefix,
               registry::v1::Version& version) {
  registry::v1::FieldChange& shown = *version.add_changes();
  shown.set_path(prefix + change.path);
  if (change.before) shown.set_before(*change.before);
  if (change.after) shown.set_after(*change.after);
}

}  // namespace

RecordFields FieldsOf(const v1::Record& record) {
  RecordFields kept;
  fields::Translate(record, kept);
  kept.set_relationship_id(RelationshipIn(record.relationship()).relationship.value());
  for (std::string& path : *kept.mutable_unknown_fields()) {
    path = OurPath(ContentNamed(path.substr(0, path.find('.'))), path);
  }
  static const fields::FieldTrail values(*RecordFields::descriptor(), IsValue);
  Tidy(kept, values);
  return kept;
}

void SetDefaults(const rpc::CallerIdentity& by, RecordFields::ContentCase content,
                 RecordFields& kept) {
  if (kept.source() == registry::events::v1::SOURCE_UNSPECIFIED) {
    kept.set_source(registry::events::v1::SOURCE_DIRECT);
  }
  if (kept.reported_by_role() == events::v1::REPORTED_BY_ROLE_UNSPECIFIED) {
    kept.set_reported_by_role(ReportedBy(by.role));
  }
  if (kept.marking() == events::v1::MARKING_UNSPECIFIED) {
    kept.set_marking(events::v1::MARKING_UNCLASSIFIED);
  }
  if (kept.release_class() == events::v1::RELEASE_CLASS_UNSPECIFIED) {
    kept.set_release_class(ReleaseClassOf(content));
  }
}

std::vector<std::string> PathsOf(const google::protobuf::FieldMask& mask) {
  std::vector<std::string> paths;
  for (const std::string& path : mask.paths()) {
    paths.push_back(OurPath(ContentNamed(path.substr(0, path.find('.'))), path));
  }
  return paths;
}

Result<void> SealTexts(const v1::Record& record, const std::vector<std::string>& paths,
                       const Record* current, const v1::Record& current_texts, const SealText& seal,
                       RecordFields& kept) {
  for (const std::string& path : paths) {
    const TextPath* const at = FindTextPath(path);
    if (at == nullptr) continue;
    if (current != nullptr && FindSealed(*current, path) != nullptr &&
        current->fields().content_case() == kept.content_case() &&
        IsOpened(current_texts, at->theirs) && IsSame(record, current_texts, *at)) {
      CopyPath(current->fields(), path, kept);
      continue;
    }
    TL_TRY_VOID(SealField(at->In(record), at->MutableIn(kept), *at->field, at->theirs, seal));
  }
  return {};
}

Result<std::vector<events::v1::Evidence>> SealEvidence(
    const google::protobuf::RepeatedPtrField<v1::Evidence>& evidence, const SealText& seal) {
  v1::Record shown;
  *shown.mutable_evidence() = evidence;
  RecordFields kept;
  fields::Translate(shown, kept);
  TL_TRY_VOID(SealField(shown, kept, EvidenceTexts(), "evidence", seal));
  return std::vector<events::v1::Evidence>(kept.evidence().begin(), kept.evidence().end());
}

v1::Record ResourceOf(const Versioned<Record>& version) {
  const Record& row = version.row;
  const CouncilId council(row.council_id());
  v1::Record record;
  fields::Translate(row.fields(), record);
  fields::Translate(row, record);
  for (std::string& path : *record.mutable_unknown_fields()) path = TheirPath(path);
  record.set_name(NameOf(council, RecordId(row.record_id())));
  const std::string& relationship = row.fields().relationship_id();
  if (!relationship.empty()) {
    record.set_relationship(NameOf(council, RelationshipId(relationship)));
  }
  RenderDays(row.fields(), record);
  record.set_kind(static_cast<v1::RecordKind>(
      row.fields().content_case() == RecordFields::CONTENT_NOT_SET
          ? 0
          : row.fields().content_case() - RecordFields::kGift + v1::RECORD_KIND_GIFT));
  RenderMitigations(row, record);
  const std::vector<std::string> barred = BarredFromCheck(row);
  record.mutable_makers()->Assign(barred.begin(), barred.end());
  record.set_etag(version.etag);
  if (row.create_time_us() == 0) return record;  // Only a prospect: no commit has recorded it.
  *record.mutable_create_time() = rpc::TimestampOf(row.create_time_us());
  *record.mutable_update_time() = rpc::TimestampOf(row.update_time_us());
  return record;
}

Result<v1::Record> OpenedResourceOf(const Versioned<Record>& version, const Texts* texts) {
  v1::Record record = ResourceOf(version);
  TL_TRY_VOID(Opening(version.row, texts, record).All());
  return record;
}

registry::v1::Version VersionOf(const RecordVersion& version, const v1::Record& opened,
                                const v1::Record& before) {
  registry::v1::Version shown;
  const Versioned<Record>& record = version.record;
  shown.set_position(log::ToString(record.partition) + "/" + std::to_string(record.sequence));
  shown.set_commit_hash(crypto::Hex(version.commit.hash()));
  *shown.mutable_record_time() = rpc::TimestampOf(version.commit.record_time_us());
  shown.set_actor(version.commit.actor());
  shown.set_method(version.commit.method());
  shown.set_request_id(version.commit.request_id());
  shown.set_etag(record.etag);
  shown.set_reason(opened.reason());
  const v1::Record after = Compared(opened);
  const v1::Record compared_before = Compared(before);
  const auto* content = v1::Record::descriptor()->FindFieldByNumber(after.content_case());
  for (const fields::Change& change : fields::Changes(compared_before, after)) {
    if (content == nullptr || change.path != content->name()) AddChange(change, "", shown);
  }
  if (content == nullptr) return shown;
  const auto within = [&](const v1::Record& of) -> const Message& {
    return of.GetReflection()->GetMessage(of, content);
  };
  for (const fields::Change& change : fields::Changes(within(compared_before), within(after))) {
    AddChange(change, content->name() + ".", shown);
  }
  return shown;
}

}  // namespace twinledger::engagement
