// Founding a log, and recognising its foundings.
//
// Partition 0 of the first stream decides: found it, read back which founding was accepted there,
// and make those of all other partitions from that one. Two founders that each founded every
// partition could leave a log whose partitions belong to two identities, for ever.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/result.h"
#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/log/event_log.h"

namespace twinledger::log {

// Of a log in a folder, which one process writes: more of them make its records smaller, and
// nothing faster (docs/adr/0013-one-partition-in-a-folder.md). On Kafka: what replicas share among
// them.
inline constexpr std::uint32_t kPartitionsInFolder = 1;
inline constexpr std::uint32_t kPartitionsOnKafka = 8;
inline constexpr std::uint32_t kPartitionsMax = 256;

PartitionId RootPartition(const v1::Founding& root);

std::vector<v1::PublicKey> WriterKeysOf(const v1::Founding& root, std::string_view stream);

// All partitions of all streams, in order.
std::vector<PartitionId> PartitionsOf(const v1::Founding& root);

// Whether `record` is the one that `founding` asks for at the beginning of `partition`, signature
// apart.
bool IsFoundingRecord(const Founding& founding, const PartitionId& partition,
                      const ReadRecord& record);

// The founding that the root partition's first acceptable record states: well formed, and signed by
// a writer key that it enrols itself. Nothing if `record` is none. With a pinned hash, the caller
// compares.
std::optional<Founding> ReadRootFounding(const ReadRecord& record);

// A serialized v1::Record with the founding commit of `partition`, signed by `key`.
std::string MakeFoundingRecord(const v1::Founding& content, const PartitionId& partition,
                               const crypto::SigningKey& key, WallTime now, RandomSource& random);

// Founds `log`, or finds it founded: appends the root founding made of `content` unless there is
// one, reads back which one won, and founds every other partition from it. Repeating it after a
// crash completes it. `writer_keys` has a key per stream of `content`. FAILED_PRECONDITION, reason
// OTHER_FOUNDING, if another founder won, or if `pin` is given and differs.
Result<Founding> FoundLog(EventLog& log, const v1::Founding& content,
                          const std::map<std::string, crypto::SigningKey>& writer_keys,
                          std::optional<crypto::Hash> pin, const Clock& clock,
                          RandomSource& random);

// Reads the founding of a founded log. FAILED_PRECONDITION: reason NOT_FOUNDED, or OTHER_FOUNDING
// where it differs from `pin`.
Result<Founding> ReadFounding(EventLog& log, const PartitionId& root,
                              std::optional<crypto::Hash> pin);

}  // namespace twinledger::log
