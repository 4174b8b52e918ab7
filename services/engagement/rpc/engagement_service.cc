#include "engagement/rpc/engagement_service.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "engagement/rpc/service.h"
#include "engagement/rpc/translation.h"
#include "platform/base/check.h"
#include "platform/rpc/errors.h"

namespace twinledger::engagement {
namespace {

Error NotKnown(const std::string& name, const char* reason) {
  return Error{Code::kNotFound,
               name + " is not known here: create it first, or correct its name",
               reason,
               {{"name", name}}};
}

struct RegisterWords {
  const char* what;
  const char* reason;
};

RegisterWords WordsOf(Handle::Register in) {
  switch (in) {
    case Handle::Register::kOfficials:
      return {"official of the council", "OFFICIAL_NOT_FOUND"};
    case Handle::Register::kPrincipals:
      return {"principal", "PRINCIPAL_NOT_FOUND"};
    case Handle::Register::kAssets:
      return {"asset of the council", "ASSET_NOT_FOUND"};
  }
  TL_CHECK(false);
}

Error NotKnown(const Handle& handle) {
  const RegisterWords words = WordsOf(handle.in);
  return Error{Code::kNotFound,
               fmt::format("{}: \"{}\" is no {} that is known here: register it first, or correct "
                           "the id",
                           handle.field, handle.id, words.what),
               words.reason,
               {{"field", handle.field}, {"value", handle.id}}};
}

Result<bool> IsKnown(const store::RowReader& rows, const CouncilId& council, const Handle& handle) {
  switch (handle.in) {
    case Handle::Register::kOfficials:
      return IsKnownOfficial(rows, council, handle.id);
    case Handle::Register::kPrincipals:
      return IsKnownPrincipal(rows, council, handle.id);
    case Handle::Register::kAssets:
      return IsKnownAsset(rows, council, handle.id);
  }
  TL_CHECK(false);
}

// As the projection keeps it: what was decided, and what its commit adds. The rules give the same
// for the same version, and a write names the one that it is based on.
Versioned<Record> RecordedBy(const writer::Outcome& outcome, Record record) {
  const std::int64_t time_us = outcome.record_time.time_since_epoch().count();
  if (record.create_time_us() == 0) record.set_create_time_us(time_us);
  record.set_update_time_us(time_us);
  store::RowVersion version;
  version.partition = outcome.partition;
  version.sequence = outcome.sequence;
  version.bytes = record.SerializeAsString();
  std::string etag = store::EtagOf(version);
  return {.row = std::move(record),
          .partition = outcome.partition,
          .sequence = outcome.sequence,
          .etag = std::move(etag)};
}

}  // namespace

// Here and not in the header: what gRPC generates for the methods is compiled once.
EngagementService::EngagementService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                     keyring::Keyring& keyring)
    : calls_(calls),
      runner_(runner),
      keyring_(keyring),
      key_maker_(keyring),
      imports_(calls.parts().gate, {}) {}

EngagementService::~EngagementService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                           keyring::Keyring& keyring) {
  return std::make_unique<EngagementService>(calls, runner, keyring);
}

Result<std::optional<Error>> EngagementService::MissingCouncil(const CouncilId& id) const {
  if (councils_.Contains(id.value())) return std::optional<Error>();
  TL_TRY(const auto found, FindKnownCouncil(store::CutReader(runner_.store()), id));
  if (found) {
    councils_.Note(id.value());
    return std::optional<Error>();
  }
  return std::optional(NotKnown(NameOf(id), "COUNCIL_NOT_FOUND"));
}

Result<std::optional<Error>> EngagementService::MissingRelationship(
    const RelationshipName& name) const {
  if (name.relationship.empty()) return std::optional<Error>();
  const store::CutReader rows(runner_.store());
  TL_TRY(const bool known, IsKnownRelationship(rows, name.council, name.relationship));
  if (known) return std::optional<Error>();
  return std::optional(NotKnown(NameOf(name.council, name.relationship), "RELATIONSHIP_NOT_FOUND"));
}

Result<std::optional<Error>> EngagementService::MissingHandle(
    const CouncilId& council, const std::vector<Handle>& handles) const {
  if (handles.empty()) return std::optional<Error>();
  const store::CutReader rows(runner_.store());
  for (const Handle& handle : handles) {
    TL_TRY(const bool known, IsKnown(rows, council, handle));
    if (!known) return std::optional(NotKnown(handle));
  }
  return std::optional<Error>();
}

Texts EngagementService::TextsOf(const RecordName& name) const {
  return {keyring_, name.council, name.record};
}

const Texts& EngagementService::TextsOf(const RecordName& name, const Prospect& prospect) const {
  std::optional<Texts>& texts = prospect->texts;
  if (!texts) texts.emplace(keyring_, name.council, name.record, std::make_shared<ClearTexts>());
  return *texts;
}

Result<EngagementService::Current> EngagementService::CurrentOf(const RecordName& name,
                                                                const Texts& texts,
                                                                const std::string& etag) const {
  Current current;  // One row, so that no snapshot is needed.
  TL_TRY(current.record, FindRecord(store::CutReader(runner_.store()), name.council, name.record));
  if (current.record && !etag.empty() && current.record->etag != etag) current.record.reset();
  if (current.record) {
    TL_TRY(current.opened, OpenedResourceOf(*current.record, &texts));
  }
  return current;
}

SealText EngagementService::SealsOf(const Texts& texts, Sealing sealing, bool validate_only,
                                    std::shared_ptr<const keyring::Sealer> sealer) const {
  if (validate_only) {
    return [](const std::string&, std::string_view text) -> Result<std::string> {
      return Unsealed(text);
    };
  }
  return texts.SealsBy(std::move(sealing), std::move(sealer));
}

Result<void> EngagementService::AnswerWritten(const RecordName& name,
                                              const writer::Outcome& outcome,
                                              const store::RowReader& rows,
                                              const Prospect& prospect, v1::Record& answer) const {
  const Texts& texts = TextsOf(name, prospect);
  if (outcome.sequence == 0) {
    if (!prospect->record) return {};
    TL_TRY(answer, OpenedResourceOf(Versioned<Record>{*std::move(prospect->record)}, &texts));
    return {};
  }
  // Not decided by this call where a commit of an earlier attempt is the answer.
  if (prospect->record && outcome.outcome == log::v1::OUTCOME_DONE) {
    TL_TRY(answer, OpenedResourceOf(RecordedBy(outcome, *std::move(prospect->record)), &texts));
    return {};
  }
  TL_TRY(const auto found, FindRecord(rows, name.council, name.record));
  if (!found) return rpc::NotFound(NameOf(name.council, name.record));
  TL_TRY(answer, OpenedResourceOf(*found, &texts));
  return {};
}

}  // namespace twinledger::engagement
