// The chain rule: compare-and-append on a log that only knows append.
//
//   A record is accepted if its first sequence is the tip's plus one, its previous hash is the
//   tip's hash, and it is signed by a key that the view holds as enrolled. Any other record is
//   void: every reader skips it, counts it, and its tip does not move.
//
// Acceptance looks at the log's prefix and at nothing else, so all readers agree, for ever. Of two
// records made after the same tip the one that landed first is accepted; the other is void.
//
// An accepted record that this build cannot use (content that does not parse, commits that break
// their own rules, a control event by a key that may not) stops the partition: it is authentic, so
// skipping it would be silence about damage. So does an authentic record that was chained on
// something this reader does not have: see VoidRecord.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "platform/base/made_once.h"
#include "platform/crypto/hash.h"
#include "platform/log/partition.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::log {

inline constexpr crypto::Hash kNoHash{};

// The founding that a log is read under. Partition 0 of `streams[0]` decides it; see founding.h.
struct Founding {
  v1::Founding root;         // As in the root founding: without root_hash.
  crypto::Hash root_hash{};  // The log's name for trust.
};

// What a reader knows of a partition after a prefix: a value, made by Accept alone.
struct ChainView {
  PartitionId partition;
  Sequence sequence = 0;            // Of the last accepted commit.
  crypto::Hash hash = kNoHash;      // Of the last accepted record's body.
  std::int64_t record_time_us = 0;  // Of the last accepted commit.
  std::vector<v1::PublicKey> keys;  // Enrolled writers.
  bool closed = false;              // The log moved elsewhere: nothing is accepted any more.
};

enum class VoidReason {
  kUnparsable,
  kOtherPartition,
  kEmpty,
  kSequence,
  kPreviousHash,
  kUnknownKey,
  kSignature,
  kOtherFounding,
  kClosed,
};
std::string_view Name(VoidReason reason);

// A void record. Where it claims an enrolled key, `stamp` is the tip that its writer had accepted.
// A stamp that is not in the reader's own history, on a record that IsAuthentic, means that the
// reader's log has lost or changed something (append protocol, rule 24). The signature is left to
// the caller, who needs it only then: a flood of void records must be cheap to skip.
struct VoidRecord {
  struct Stamp {
    Sequence sequence = 0;
    crypto::Hash hash = kNoHash;
  };
  VoidReason reason = VoidReason::kUnparsable;
  std::optional<Stamp> stamp = std::nullopt;
};

struct AcceptedCommit {
  v1::Commit commit;
  crypto::Hash hash{};  // SHA-256 of its bytes in the body.
  MadeOnce made = {};   // By those who read the commit.
};
static_assert(std::is_nothrow_move_constructible_v<AcceptedCommit>);  // Else vectors copy them.

// Those of one record. Copies share them.
class AcceptedCommits {
 public:
  AcceptedCommits() = default;
  explicit AcceptedCommits(std::vector<AcceptedCommit> commits)
      : commits_(std::make_shared<const std::vector<AcceptedCommit>>(std::move(commits))) {}

  std::size_t size() const { return commits_ ? commits_->size() : 0; }
  const AcceptedCommit* begin() const { return commits_ ? commits_->data() : nullptr; }
  const AcceptedCommit* end() const { return begin() + size(); }
  const AcceptedCommit& operator[](std::size_t i) const { return (*commits_)[i]; }

 private:
  std::shared_ptr<const std::vector<AcceptedCommit>> commits_;
};

struct AcceptedRecord {
  AcceptedCommits commits;
  ChainView next;  // The view behind this record.
};

// Authentic, and not usable by this build. The partition stops.
struct StopRecord {
  std::string why;
};

using Verdict = std::variant<AcceptedRecord, VoidRecord, StopRecord>;

// A record as its writer has it: its bytes, and what parsing and hashing them comes to.
struct MadeRecord {
  std::string bytes;
  v1::Record record;
  v1::RecordBody body;
  crypto::Hash hash{};  // Of the body's bytes.
  AcceptedCommits commits;
};

// A record as read, parsed and verified at most once however many views look at it. A copy shares
// the bytes, and what was parsed of them before.
// Threads: confined to one at a time, each copy by itself.
class ReadRecord {
 public:
  ReadRecord(Offset offset, std::string bytes);
  // For who made it a moment ago.
  ReadRecord(Offset offset, MadeRecord made);

  // The same, where it was found to stand.
  ReadRecord At(Offset offset) const;

  Offset offset() const { return offset_; }
  const std::string& bytes() const { return *bytes_; }
  bool parsed() const { return content().parsed; }
  const v1::Record& record() const { return content().record; }
  const v1::RecordBody& body() const { return content().body; }
  const crypto::Hash& hash() const;  // Of the body's bytes.

  // Of the body, up to the first that does not parse.
  const AcceptedCommits& commits() const;

  // Whether the signature is by `key`, whose id is the record's key_id.
  bool SignedBy(const v1::PublicKey& key) const;

  // Whether that was asked already, and so paid for.
  bool verified() const { return signed_by_.has_value(); }

  // For who made the signature a moment ago: it is not verified again.
  void SetSignedBy(const v1::PublicKey& key) { signed_by_.emplace(key.value(), true); }

 private:
  struct Content {
    v1::Record record;
    v1::RecordBody body;
    bool parsed = false;
  };
  const Content& content() const;

  Offset offset_;
  std::shared_ptr<const std::string> bytes_;        // Shared by copies, which never change it.
  mutable std::shared_ptr<const Content> content_;  // Likewise.
  mutable std::optional<crypto::Hash> hash_;
  mutable std::optional<AcceptedCommits> commits_;
  mutable std::optional<std::pair<std::string, bool>> signed_by_;  // (public key, verdict)
};

// The view of a partition of which nothing has been read.
ChainView EmptyView(PartitionId partition);

// The rule. Total: any bytes get a verdict. `founding` is the trusted one; for a record that founds
// the root itself, it is what the caller read out of it (founding.h) and the hash must agree.
Verdict Accept(const ChainView& view, const Founding& founding, const ReadRecord& record);

// Whether `record` is signed by a key that the view holds as enrolled, wherever it is chained.
bool IsAuthentic(const ChainView& view, const Founding& founding, const ReadRecord& record);

}  // namespace twinledger::log
