// Answers on records with sealed names: what the caller may see of them.
#pragma once

#include <vector>

#include "platform/base/result.h"
#include "platform/rpc/caller.h"
#include "platform/store/table.h"
#include "registry/projection/registry_view.h"
#include "registry/rpc/sealed_texts.h"
#include "twinledger/registry/v1/officials.pb.h"
#include "twinledger/registry/v1/principals.pb.h"

namespace twinledger::registry {

// An organisation is seen by all, a person by the council that registered it and by those who are
// of no council. To another council it does not exist.
bool MaySee(const rpc::CallerIdentity& caller, const Principal& principal);

// The record as the caller may see it. DATA_LOSS, reason SEALED_FIELD_DAMAGED.
// Threads: immutable, thread-safe.
class CallerView {
 public:
  // Both must outlive it.
  CallerView(const SealedTexts& texts, const rpc::CallerIdentity& caller)
      : texts_(texts), caller_(caller) {}

  Result<v1::Official> Show(const Versioned<Official>& official) const;
  // `rows` tell where its merges end.
  Result<v1::Principal> Show(const Versioned<Principal>& principal,
                             const store::RowReader& rows) const;

  // What each version changed, newest first. A sealed text that changed and is not shown is named
  // without its values.
  Result<std::vector<HistoryEntry>> Show(
      const std::vector<RecordVersion<Official>>& versions) const;
  Result<std::vector<HistoryEntry>> Show(const std::vector<RecordVersion<Principal>>& versions,
                                         const store::RowReader& rows) const;

 private:
  const SealedTexts& texts_;
  const rpc::CallerIdentity& caller_;
};

}  // namespace twinledger::registry
