#include "engagement/rpc/engagement_service.h"

#include <memory>
#include <utility>

#include "engagement/rpc/service.h"
#include "engagement/rpc/translation.h"
#include "platform/rpc/errors.h"

namespace twinledger::engagement {
namespace {

Error NotKnown(const std::string& name, const char* reason) {
  return Error{Code::kNotFound,
               name +
                   " is not known here: create it first, or correct its name; if it was created "
                   "a moment ago, repeat the same request",
               reason,
               {{"name", name}}};
}

}  // namespace

// Here and not in the header: what gRPC generates for the methods is compiled once.
EngagementService::EngagementService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                     keyring::Keyring& keyring)
    : calls_(calls), runner_(runner), keyring_(keyring), key_maker_(keyring) {}

EngagementService::~EngagementService() = default;

std::unique_ptr<grpc::Service> MakeService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                                           keyring::Keyring& keyring) {
  return std::make_unique<EngagementService>(calls, runner, keyring);
}

Result<std::optional<Error>> EngagementService::MissingCouncil(const CouncilId& id) const {
  const auto snapshot = runner_.Snapshot();
  TL_TRY(const auto found, FindKnownCouncil(store::CutReader(*snapshot), id));
  if (found) return std::optional<Error>();
  return std::optional(NotKnown(NameOf(id), "COUNCIL_NOT_FOUND"));
}

Result<std::optional<Error>> EngagementService::MissingRelationship(
    const RelationshipName& name) const {
  if (name.relationship.empty()) return std::optional<Error>();
  const auto snapshot = runner_.Snapshot();
  TL_TRY(const bool known,
         IsKnownRelationship(store::CutReader(*snapshot), name.council, name.relationship));
  if (known) return std::optional<Error>();
  return std::optional(NotKnown(NameOf(name.council, name.relationship), "RELATIONSHIP_NOT_FOUND"));
}

Texts EngagementService::TextsOf(const RecordName& name) const {
  return {keyring_, name.council, name.record};
}

Result<EngagementService::Current> EngagementService::CurrentOf(const RecordName& name,
                                                                const Texts& texts,
                                                                const std::string& etag) const {
  const auto snapshot = runner_.Snapshot();
  Current current;
  TL_TRY(current.record, FindRecord(store::CutReader(*snapshot), name.council, name.record));
  if (current.record && !etag.empty() && current.record->etag != etag) current.record.reset();
  if (current.record) {
    TL_TRY(current.opened, OpenedResourceOf(*current.record, &texts));
  }
  return current;
}

SealText EngagementService::Sealer(const Texts& texts, Sealing sealing, bool validate_only) const {
  if (validate_only) {
    return [](const std::string&, std::string_view text) -> Result<std::string> {
      return Unsealed(text);
    };
  }
  return [texts, sealing = std::move(sealing)](const std::string& path, std::string_view text) {
    return texts.Seal(sealing, path, text);
  };
}

Result<void> EngagementService::AnswerWritten(const RecordName& name,
                                              const writer::Outcome& outcome,
                                              const store::RowReader& rows,
                                              const Prospect& prospect, v1::Record& answer) const {
  const Texts texts = TextsOf(name);
  if (outcome.sequence == 0) {
    if (!*prospect) return {};
    TL_TRY(answer, OpenedResourceOf(Versioned<Record>{**prospect}, &texts));
    return {};
  }
  TL_TRY(const auto found, FindRecord(rows, name.council, name.record));
  if (!found) return rpc::NotFound(NameOf(name.council, name.record));
  TL_TRY(answer, OpenedResourceOf(*found, &texts));
  return {};
}

}  // namespace twinledger::engagement
