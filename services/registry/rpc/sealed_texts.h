// Names of people between clients, who write and read them, and the log, which has them sealed.
//
// A field P of a resource that is kept sealed is P_sealed of its record. It is sealed under the key
// of its subject before the rules decide, and opened in answers to callers who may read it: nowhere
// else is there any of it, so log, rows, metrics and errors hold bytes that say nothing.
//
// Sealing is randomised, so that the same text has other bytes every time. What is recorded already
// therefore keeps its bytes (KeepSame), and the rules see that nothing changes. A request is
// recognised by what its sender wrote, not by what was sealed.
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_field.h>

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/keyring/keyring.h"
#include "platform/rpc/caller.h"
#include "registry/domain/ids.h"
#include "registry/domain/official.h"
#include "registry/domain/principal.h"
#include "twinledger/registry/v1/facts.pb.h"

namespace twinledger::registry {

// Whose texts they are, and where their record stands.
struct SealedOwner {
  std::string subject;     // "official/<uuid>".
  std::string entity_key;  // Of their commits: "council/wellington-city".
};

SealedOwner OwnerOf(const CouncilId& council, const OfficialId& id);
SealedOwner OwnerOf(const PrincipalId& id);

// Whether the names that belong to `council` are shown to the caller: its own, and the agency's
// officers. Empty: the agency's names.
bool MayReadNames(const rpc::CallerIdentity& caller, const std::string& council);

// What a write seals for.
struct Sealing {
  SealedOwner owner;
  std::string_view event_type;  // "official_registered".
  std::string request_id;
  // Nothing is recorded: no key is made, and the texts go as they are to the rules and back.
  bool validate_only = false;
};

// Threads: thread-safe.
class SealedTexts {
 public:
  using Message = google::protobuf::Message;
  using Notes = google::protobuf::RepeatedPtrField<state::v1::SealedField>;

  // `keyring` must outlive it.
  explicit SealedTexts(keyring::Keyring& keyring) : keyring_(keyring) {}

  // Seals every P of `plain` into P_sealed of `fields`. Errors: of Keyring::Seal.
  Result<void> Seal(const Sealing& sealing, const Message& plain, Message& fields) const;

  // Where the record holds the texts of `plain` already, `fields` get the record's bytes.
  void KeepSame(const SealedOwner& owner, const Notes& notes, const Message& current,
                const Message& plain, Message& fields) const;

  // Opens every P_sealed of `fields` into P of `plain`, and says what is shown of them. DATA_LOSS,
  // reason SEALED_FIELD_DAMAGED.
  Result<v1::SealedState> Open(const SealedOwner& owner, const Notes& notes, const Message& fields,
                               Message& plain) const;

 private:
  keyring::Keyring& keyring_;
};

// As Open, where the caller may not read them.
v1::SealedState Withhold(const google::protobuf::Message& fields);

}  // namespace twinledger::registry
