// At which positions a question is answered: cuts of a store, and the tokens by which clients read
// their own writes.
//
//   token = base64url (RFC 4648, no padding) of
//           stream (u8 length, text) || partition (u16be) || sequence (u64be) || commit hash (32)
//
// A token names the commit and its hash, so a client that shows it to a log that has lost or
// changed that commit is the witness of it (append protocol, rule 24).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/crypto/hash.h"
#include "platform/log/chain.h"
#include "platform/log/partition.h"
#include "platform/store/key_value.h"
#include "platform/store/table.h"

namespace twinledger::projection {

struct ConsistencyToken {
  log::PartitionId partition;
  log::Sequence sequence = 0;
  crypto::Hash commit_hash{};

  friend bool operator==(const ConsistencyToken&, const ConsistencyToken&) = default;
};

std::string EncodeToken(const ConsistencyToken& token);

// INVALID_ARGUMENT, reason TOKEN_MALFORMED.
Result<ConsistencyToken> DecodeToken(std::string_view text);

// Holds the token against the commit at its position. DATA_LOSS, reason TOKEN_MISMATCH, if another
// commit stands there or none: raise an alarm, the log has lost or changed what it acknowledged.
// REQUIRES: `rows` have reached the token's position or, if they cannot, the log's tail.
Result<void> CheckToken(const store::KeyValueReader& rows, const ConsistencyToken& token);

// How far `rows`, a snapshot, have read the partitions of `streams`.
Result<store::Cut> CutOf(const store::KeyValueReader& rows, const log::Founding& founding,
                         const std::vector<std::string>& streams);

// In each partition of `within` the last commit that was recorded up to `time`.
Result<store::Cut> CutAt(const store::KeyValueReader& rows, const store::Cut& within,
                         WallTime time);

}  // namespace twinledger::projection
