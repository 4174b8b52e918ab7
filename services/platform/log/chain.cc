#include "platform/log/chain.h"

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/planted_bug.h"
#include "platform/crypto/signature.h"
#include "platform/log/event_log.h"
#include "platform/log/founding.h"
#include "platform/log/sign_record.h"

namespace twinledger::log {
namespace {

// Only the body is signed. Of the bytes around it there is one form, so that nothing that nobody
// signed (a field of no meaning, a second body in front of the one that counts) travels in a log
// that verifies.
bool IsCanonical(const v1::Record& record, std::string_view bytes) {
  return record.GetReflection()->GetUnknownFields(record).empty() &&
         record.SerializeAsString() == bytes;
}

const v1::PublicKey* FindKey(const std::vector<v1::PublicKey>& keys, std::string_view key_id) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const v1::PublicKey& key) {
    return crypto::KeyIdOf(key) == key_id;
  });
  return found == keys.end() ? nullptr : &*found;
}

bool IsRecoveryKey(const Founding& founding, std::string_view key_id) {
  return crypto::KeyIdOf(founding.root.recovery_key()) == key_id;
}

// The writer or recovery key that the record names, if the view knows it.
const v1::PublicKey* EnrolledKey(const ChainView& view, const Founding& founding,
                                 const ReadRecord& record) {
  const std::string& key_id = record.record().key_id();
  if (IsRecoveryKey(founding, key_id)) return &founding.root.recovery_key();
  return FindKey(view.keys, key_id);
}

// Folds a control event into the view; an empty answer means that it may stand.
std::string FoldControl(ChainView& view, const Founding& founding, const v1::ControlEvent& control,
                        bool by_recovery_key) {
  switch (control.kind_case()) {
    case v1::ControlEvent::kFounding:
      if (view.sequence != 0) return "a founding that is not the first commit";
      view.keys = WriterKeysOf(founding.root, view.partition.stream);
      return {};
    case v1::ControlEvent::kKeyEnrolled:
      if (!by_recovery_key) return "a key enrolled without the recovery key";
      if (FindKey(view.keys, crypto::KeyIdOf(control.key_enrolled().key())) == nullptr) {
        view.keys.push_back(control.key_enrolled().key());
      }
      return {};
    case v1::ControlEvent::kKeyRetired:
      if (!by_recovery_key) return "a key retired without the recovery key";
      std::erase_if(view.keys, [&](const v1::PublicKey& key) {
        return crypto::KeyIdOf(key) == control.key_retired().key_id();
      });
      return {};
    case v1::ControlEvent::kClosed:
      view.closed = true;
      return {};
    case v1::ControlEvent::KIND_NOT_SET:
      return "a control event that this program does not know";
  }
  return "a control event that this program does not know";
}

std::string CheckContent(const ChainView& view, const Founding& founding, const v1::Commit& commit,
                         bool by_recovery_key) {
  if (commit.sequence() != view.sequence + 1) return "a commit whose sequence does not follow";
  if (commit.record_time_us() < view.record_time_us) return "a record time that goes back";
  if (by_recovery_key && !commit.has_control()) return "the recovery key signed other than control";
  if (commit.has_control()) return {};
  if (view.sequence == 0) return "a first commit that is no founding";
  if (PartitionOf(commit.key(), founding.root.partitions()) != view.partition.partition) {
    return "a commit whose key belongs to another partition";
  }
  return {};
}

Verdict Fold(const ChainView& view, const Founding& founding, const ReadRecord& record,
             bool by_recovery_key) {
  AcceptedRecord accepted{record.commits(), view};
  ChainView& next = accepted.next;
  for (const AcceptedCommit& added : accepted.commits) {
    std::string wrong = CheckContent(next, founding, added.commit, by_recovery_key);
    if (wrong.empty() && next.closed) wrong = "a commit behind the closing of the log";
    if (wrong.empty() && added.commit.has_control()) {
      wrong = FoldControl(next, founding, added.commit.control(), by_recovery_key);
    }
    if (!wrong.empty()) return StopRecord{std::move(wrong)};
    next.sequence = added.commit.sequence();
    next.record_time_us = added.commit.record_time_us();
  }
  if (static_cast<std::size_t>(record.body().commits_size()) > accepted.commits.size()) {
    return StopRecord{"a commit that does not parse"};
  }
  next.hash = record.hash();
  return accepted;
}

// The first record of a partition vouches only for itself, so it is held against the trusted
// founding.
Verdict AcceptFirst(const ChainView& view, const Founding& founding, const ReadRecord& record) {
  if (!IsFoundingRecord(founding, view.partition, record)) {
    return VoidRecord{VoidReason::kOtherFounding};
  }
  const std::vector<v1::PublicKey> keys = WriterKeysOf(founding.root, view.partition.stream);
  const v1::PublicKey* key = FindKey(keys, record.record().key_id());
  if (key == nullptr) return VoidRecord{VoidReason::kUnknownKey};
  if (!record.SignedBy(*key)) return VoidRecord{VoidReason::kSignature};
  return Fold(view, founding, record, false);
}

}  // namespace

std::string_view Name(VoidReason reason) {
  switch (reason) {
    case VoidReason::kUnparsable:
      return "UNPARSABLE";
    case VoidReason::kOtherPartition:
      return "OTHER_PARTITION";
    case VoidReason::kEmpty:
      return "EMPTY";
    case VoidReason::kSequence:
      return "SEQUENCE";
    case VoidReason::kPreviousHash:
      return "PREVIOUS_HASH";
    case VoidReason::kUnknownKey:
      return "UNKNOWN_KEY";
    case VoidReason::kSignature:
      return "SIGNATURE";
    case VoidReason::kOtherFounding:
      return "OTHER_FOUNDING";
    case VoidReason::kClosed:
      return "CLOSED";
  }
  TL_CHECK(false);
}

ReadRecord::ReadRecord(Offset offset, std::string bytes)
    : offset_(offset), bytes_(std::make_shared<const std::string>(std::move(bytes))) {}

ReadRecord::ReadRecord(Offset offset, MadeRecord made)
    : offset_(offset),
      bytes_(std::make_shared<const std::string>(std::move(made.bytes))),
      content_(std::make_shared<const Content>(
          Content{std::move(made.record), std::move(made.body), true})),
      hash_(made.hash),
      commits_(std::move(made.commits)) {}

ReadRecord ReadRecord::At(Offset offset) const {
  ReadRecord there = *this;
  there.offset_ = offset;
  return there;
}

const ReadRecord::Content& ReadRecord::content() const {
  if (!content_) {
    auto read = std::make_shared<Content>();
    read->parsed = bytes_->size() <= kRecordBytesMax && read->record.ParseFromString(*bytes_) &&
                   IsCanonical(read->record, *bytes_) &&
                   read->body.ParseFromString(read->record.body());
    content_ = std::move(read);
  }
  return *content_;
}

const crypto::Hash& ReadRecord::hash() const {
  if (!hash_) hash_ = crypto::Sha256(record().body());
  return *hash_;
}

const AcceptedCommits& ReadRecord::commits() const {
  if (!commits_) {
    std::vector<AcceptedCommit> commits;
    commits.reserve(static_cast<std::size_t>(body().commits_size()));
    for (const std::string& bytes : body().commits()) {
      AcceptedCommit& added = commits.emplace_back();
      added.hash = crypto::Sha256(bytes);
      if (added.commit.ParseFromString(bytes)) continue;
      commits.pop_back();
      break;
    }
    commits_.emplace(std::move(commits));
  }
  return *commits_;
}

bool ReadRecord::SignedBy(const v1::PublicKey& key) const {
  if (!signed_by_ || signed_by_->first != key.value()) {
    signed_by_.emplace(key.value(),
                       crypto::Verify(key, kRecordTag, record().body(), record().signature()));
  }
  return signed_by_->second;
}

ChainView EmptyView(PartitionId partition) {
  ChainView view;
  view.partition = std::move(partition);
  return view;
}

Verdict Accept(const ChainView& view, const Founding& founding, const ReadRecord& record) {
  if (!record.parsed()) return VoidRecord{VoidReason::kUnparsable};
  const v1::RecordBody& body = record.body();
  if (body.stream() != view.partition.stream || body.partition() != view.partition.partition) {
    return VoidRecord{VoidReason::kOtherPartition};
  }
  if (body.commits().empty() || static_cast<std::size_t>(body.commits_size()) > kRecordCommitsMax) {
    return VoidRecord{VoidReason::kEmpty};
  }
  crypto::Hash previous;
  const bool whole_hash = crypto::HashFromBytes(body.previous_hash(), previous);
  const bool chained = previous == view.hash || Planted(PlantedBug::kNoHashComparison);
  const bool follows = whole_hash && body.first_sequence() == view.sequence + 1 && chained;
  if (view.sequence == 0) {
    if (!follows) return VoidRecord{VoidReason::kSequence};
    return AcceptFirst(view, founding, record);
  }
  const v1::PublicKey* key = EnrolledKey(view, founding, record);
  if (key == nullptr) return VoidRecord{VoidReason::kUnknownKey};
  // Sequence and hash before the signature: they are cheap.
  if (!follows || view.closed) {
    VoidRecord verdict{VoidReason::kPreviousHash};
    if (body.first_sequence() != view.sequence + 1) verdict.reason = VoidReason::kSequence;
    if (view.closed) verdict.reason = VoidReason::kClosed;
    if (whole_hash && body.first_sequence() > 0) {
      verdict.stamp = VoidRecord::Stamp{body.first_sequence() - 1, previous};
    }
    return verdict;
  }
  const bool signed_by_it = record.SignedBy(*key) || Planted(PlantedBug::kSignatureNotChecked);
  if (!signed_by_it) return VoidRecord{VoidReason::kSignature};
  return Fold(view, founding, record, IsRecoveryKey(founding, record.record().key_id()));
}

bool IsAuthentic(const ChainView& view, const Founding& founding, const ReadRecord& record) {
  if (!record.parsed()) return false;
  const v1::PublicKey* key = EnrolledKey(view, founding, record);
  return key != nullptr && record.SignedBy(*key);
}

}  // namespace twinledger::log
