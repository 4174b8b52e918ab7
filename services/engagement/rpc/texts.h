// The sealed texts of records. Each is sealed by the key of its record, for its own place: another
// field, record, council, request or marking does not open it.
//
//   client's message  "gift.description"  --seal-->  event, row  "gift.description_sealed"
//                                         <--open--
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engagement/domain/ids.h"
#include "engagement/domain/sealed_paths.h"
#include "engagement/rpc/text_fields.h"
#include "platform/base/result.h"
#include "platform/keyring/keyring.h"

namespace twinledger::engagement {

// What one call sealed, in clear: its answer shows the texts that it was sent, and unseals none.
// Threads: confined to one at a time.
class ClearTexts {
 public:
  void Note(std::string sealed, std::string_view text) {
    texts_.emplace_back(std::move(sealed), text);
  }
  const std::string* Find(std::string_view sealed) const;  // Null if another call sealed it.

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
};

using SealText = std::function<Result<std::string>(const std::string& path, std::string_view text)>;

// Of one record. `keyring` must outlive it. Threads: thread-safe; with `clear`, as that.
class Texts {
 public:
  Texts(keyring::Keyring& keyring, const CouncilId& council, const RecordId& record,
        std::shared_ptr<ClearTexts> clear = nullptr);

  const keyring::SubjectId& subject() const { return subject_; }

  // For all texts of a call: by `sealer`, or else the record's key is read, or made, when the first
  // of them comes. The errors of Keyring::Seal. Threads: confined to one at a time.
  SealText SealsBy(Sealing sealing, std::shared_ptr<const keyring::Sealer> sealer = nullptr) const;
  // Nothing if its key was destroyed, or is not here; DATA_LOSS, reason SEALED_FIELD_DAMAGED, if it
  // was not sealed for this place.
  Result<std::optional<std::string>> Open(const Sealing& sealing, const std::string& path,
                                          std::string_view sealed) const;

 private:
  keyring::FieldContext ContextOf(const Sealing& sealing, std::string_view path) const;

  keyring::Keyring& keyring_;
  const std::string entity_key_;
  const keyring::SubjectId subject_;
  const std::shared_ptr<ClearTexts> clear_;  // Shared with the call; null where nobody will ask.
};

// A call that only validates makes no key and seals nothing: its texts are kept in clear, in what
// is never stored, behind a byte that no sealed field begins with.
std::string Unsealed(std::string_view text);

using OpenText =
    std::function<Result<std::string>(const std::string& path, std::string_view sealed)>;

// Seals the texts of one field of `from`, a client's, into that of `to`, or those of the messages
// within it. `path` is the client's.
Result<void> SealField(const google::protobuf::Message& from, google::protobuf::Message& to,
                       const TextField& field, const std::string& path, const SealText& seal);

// The other way round.
Result<void> OpenField(const google::protobuf::Message& from, const TextField& field,
                       google::protobuf::Message& to, const std::string& path,
                       const OpenText& open);

}  // namespace twinledger::engagement
