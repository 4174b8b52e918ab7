#include "platform/log/founding.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/log/ask_within.h"
#include "platform/log/sign_record.h"

namespace twinledger::log {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kStreamsMax = 64;
constexpr std::size_t kStreamNameMax = 32;
constexpr std::size_t kPublicKeySize = 32;
constexpr std::size_t kSaltSize = 16;

// The first version of the commit schema: what a founding states has not changed since.
constexpr std::uint32_t kSchemaVersion = 1;

// How often a founding whose append was ambiguous is appended again before the caller is told to
// repeat. An adapter bounds each append at some seconds.
constexpr int kAppendsMax = 8;

// How long a read waits at the tail while an append is under way.
constexpr auto kReadWait = 20ms;

bool IsStreamName(std::string_view name) {
  if (name.empty() || name.size() > kStreamNameMax) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool IsPublicKey(const v1::PublicKey& key) {
  return key.algorithm() == v1::KEY_ALGORITHM_ED25519 && key.value().size() == kPublicKeySize;
}

bool IsWellFormed(const v1::Founding& root) {
  if (!IsUuid(root.log_id()) || !root.root_hash().empty()) return false;
  if (root.partitions() == 0 || root.partitions() > kPartitionsMax) return false;
  if (root.streams().empty() || static_cast<std::size_t>(root.streams_size()) > kStreamsMax) {
    return false;
  }
  const std::set<std::string> streams(root.streams().begin(), root.streams().end());
  if (streams.size() != static_cast<std::size_t>(root.streams_size())) return false;
  for (const std::string& stream : streams) {
    if (!IsStreamName(stream) || WriterKeysOf(root, stream).empty()) return false;
  }
  for (const v1::WriterKey& key : root.writer_keys()) {
    if (!streams.contains(key.stream()) || !IsPublicKey(key.key())) return false;
  }
  return IsPublicKey(root.recovery_key());
}

// The founding that a record states if it has the form of a partition's first record.
std::optional<v1::Founding> FoundingOf(const ReadRecord& record) {
  if (!record.parsed()) return std::nullopt;
  const v1::RecordBody& body = record.body();
  if (body.first_sequence() != 1 || body.commits_size() != 1 ||
      body.previous_hash() != crypto::Bytes(kNoHash)) {
    return std::nullopt;
  }
  v1::Commit commit;
  if (!commit.ParseFromString(body.commits(0)) || commit.sequence() != 1) return std::nullopt;
  if (!commit.control().has_founding() || !commit.events().empty()) return std::nullopt;
  return commit.control().founding();
}

// Both sides are serialized here and by the same program; what is unknown to it is kept and counts.
bool SameFounding(const v1::Founding& a, const v1::Founding& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

v1::Founding ContentFor(const Founding& founding, const PartitionId& partition) {
  v1::Founding content = founding.root;
  if (partition != RootPartition(founding.root)) {
    content.set_root_hash(std::string(crypto::Bytes(founding.root_hash)));
  }
  return content;
}

Error NotFounded(const PartitionId& root) {
  return {Code::kFailedPrecondition,
          fmt::format("the log is not founded: {} holds no founding; found it with "
                      "`twinledger log init`",
                      ToString(root)),
          "NOT_FOUNDED",
          {{"partition", ToString(root)}}};
}

Error OtherPin(const crypto::Hash& pin, const crypto::Hash& found) {
  return {
      Code::kFailedPrecondition,
      fmt::format("the log is founded as {} and {} was expected; open the right log, or correct "
                  "the expected founding hash",
                  crypto::Hex(found), crypto::Hex(pin)),
      "OTHER_FOUNDING",
      {{"founding_hash", crypto::Hex(found)}, {"expected", crypto::Hex(pin)}}};
}

Error OtherFounder(const Founding& won, std::string_view what) {
  return {Code::kFailedPrecondition,
          fmt::format("the log was founded by another founder as {}, with other {}; use that log's "
                      "keys, or choose an empty log",
                      crypto::Hex(won.root_hash), what),
          "OTHER_FOUNDING",
          {{"founding_hash", crypto::Hex(won.root_hash)}, {"differs_in", std::string(what)}}};
}

// Whether whoever brings `content` and `keys` founded `won`, in this run or an earlier one, which
// may have drawn another log id.
Result<void> CheckOwn(const Founding& won, const v1::Founding& content,
                      const std::map<std::string, crypto::SigningKey>& keys) {
  if (won.root.partitions() != content.partitions()) return OtherFounder(won, "partitions");
  if (!std::equal(won.root.streams().begin(), won.root.streams().end(), content.streams().begin(),
                  content.streams().end())) {
    return OtherFounder(won, "streams");
  }
  for (const std::string& stream : won.root.streams()) {
    const auto enrolled = WriterKeysOf(won.root, stream);
    const std::string& own = keys.at(stream).key_id();
    if (std::none_of(enrolled.begin(), enrolled.end(),
                     [&](const v1::PublicKey& key) { return crypto::KeyIdOf(key) == own; })) {
      return OtherFounder(won, "writer keys");
    }
  }
  return {};
}

Result<void> CheckContent(const v1::Founding& content,
                          const std::map<std::string, crypto::SigningKey>& keys) {
  if (!IsWellFormed(content)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("not a founding: it needs a UUID as log id ({}), 1 to {} partitions "
                             "({}), streams named with a-z and _, a writer key for each and a "
                             "recovery key, all Ed25519",
                             content.log_id(), kPartitionsMax, content.partitions()),
                 "BAD_FOUNDING"};
  }
  for (const std::string& stream : content.streams()) {
    if (!keys.contains(stream)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("no writer key at hand for stream {}; give one", stream),
                   "NO_WRITER_KEY",
                   {{"stream", stream}}};
    }
  }
  return {};
}

// Looks for a partition's founding and appends it where there is none.
class PartitionFounder {
 public:
  // Whether a record is the one looked for.
  using Predicate = std::function<bool(const ReadRecord&)>;

  PartitionFounder(EventLog& log, PartitionId partition, Predicate founds)
      : log_(log), partition_(std::move(partition)), founds_(std::move(founds)) {}

  // The founding record among what stands before the tail of this moment.
  Result<bool> Find() {
    if (reader_ == nullptr) {
      TL_TRY(reader_, AskWithin(kLogPatience, [&] { return log_.OpenReader({{partition_, 0}}); }));
    }
    TL_TRY(const Offset tail, AskWithin(kLogPatience, [&] { return log_.Tail(partition_); }));
    while (!found_ && next_ < tail) TL_TRY_VOID(Read());
    return found_;
  }

  // Until it stands. The same bytes again settle an ambiguous append: whichever copy lands first
  // is accepted and the others are void.
  Result<void> Append(const std::string& record) {
    Error last;
    for (int i = 0; i < kAppendsMax; ++i) {
      TL_TRY(const bool found, Find());
      if (found) return {};
      TL_TRY(const AppendOutcome outcome, AppendOnce(record));
      if (found_) return {};
      if (outcome.kind == AppendOutcome::Kind::kNotAppended &&
          outcome.error.code != Code::kAborted) {
        return outcome.error;
      }
      last = outcome.error;
    }
    TL_TRY(const bool found, Find());
    if (found) return {};
    return Error{Code::kUnavailable,
                 fmt::format("the founding of {} was appended {} times without a sure answer ({}); "
                             "repeat the founding, which goes on where it stopped",
                             ToString(partition_), kAppendsMax, last.message),
                 "LOG_UNAVAILABLE",
                 {{"partition", ToString(partition_)}}};
  }

 private:
  Result<void> Read() {
    TL_TRY(auto batch, reader_->Next(kReadWait));
    for (StoredRecord& stored : batch) {
      next_ = stored.offset + 1;
      if (!found_) found_ = founds_(ReadRecord(stored.offset, std::move(stored.bytes)));
    }
    return {};
  }

  // Reads while it waits: a log with virtual time moves only when it is used.
  Result<AppendOutcome> AppendOnce(const std::string& record) {
    struct Answer {
      absl::Mutex mutex;
      std::optional<AppendOutcome> outcome ABSL_GUARDED_BY(mutex);
    };
    Answer answer;  // Outlives the session, behind whose end no callback runs.
    TL_TRY(const auto session, log_.OpenSession());
    session->Append(partition_, record, [&answer](const AppendOutcome& outcome) {
      const absl::MutexLock lock(&answer.mutex);
      answer.outcome = outcome;
    });
    while (!found_) {
      {
        const absl::MutexLock lock(&answer.mutex);
        if (answer.outcome) return *answer.outcome;
      }
      TL_TRY_VOID(Read());
    }
    return AppendOutcome{};
  }

  EventLog& log_;
  const PartitionId partition_;
  const Predicate founds_;
  std::unique_ptr<Reader> reader_;
  Offset next_ = 0;
  bool found_ = false;
};

// Looks for the root founding: with a pin for that one, else for the first.
class RootSearch {
 public:
  explicit RootSearch(std::optional<crypto::Hash> pin) : pin_(pin) {}

  bool operator()(const ReadRecord& record) {
    std::optional<Founding> read = ReadRootFounding(record);
    if (!read) return false;
    if (!first_) first_ = read;
    if (pin_ && read->root_hash != *pin_) return false;
    found_ = std::move(read);
    return true;
  }

  const std::optional<Founding>& found() const { return found_; }

  // Why nothing was found.
  Error Missing(const PartitionId& root) const {
    return first_ ? OtherPin(*pin_, first_->root_hash) : NotFounded(root);
  }

 private:
  const std::optional<crypto::Hash> pin_;
  std::optional<Founding> first_;
  std::optional<Founding> found_;
};

}  // namespace

PartitionId RootPartition(const v1::Founding& root) { return {root.streams(0), 0}; }

std::vector<v1::PublicKey> WriterKeysOf(const v1::Founding& root, std::string_view stream) {
  std::vector<v1::PublicKey> keys;
  for (const v1::WriterKey& key : root.writer_keys()) {
    if (key.stream() == stream) keys.push_back(key.key());
  }
  return keys;
}

std::vector<PartitionId> PartitionsOf(const v1::Founding& root) {
  std::vector<PartitionId> partitions;
  for (const std::string& stream : root.streams()) {
    for (std::uint32_t i = 0; i < root.partitions(); ++i) partitions.push_back({stream, i});
  }
  return partitions;
}

bool IsFoundingRecord(const Founding& founding, const PartitionId& partition,
                      const ReadRecord& record) {
  const std::optional<v1::Founding> stated = FoundingOf(record);
  if (!stated || record.body().stream() != partition.stream ||
      record.body().partition() != partition.partition) {
    return false;
  }
  // The root is known by its hash alone; the others say what it says.
  if (partition == RootPartition(founding.root)) return record.hash() == founding.root_hash;
  return SameFounding(*stated, ContentFor(founding, partition));
}

std::optional<Founding> ReadRootFounding(const ReadRecord& record) {
  std::optional<v1::Founding> root = FoundingOf(record);
  if (!root || !IsWellFormed(*root)) return std::nullopt;
  const PartitionId partition = RootPartition(*root);
  if (record.body().stream() != partition.stream ||
      record.body().partition() != partition.partition) {
    return std::nullopt;
  }
  const std::vector<v1::PublicKey> keys = WriterKeysOf(*root, partition.stream);
  const bool own = std::any_of(keys.begin(), keys.end(), [&](const v1::PublicKey& key) {
    return crypto::KeyIdOf(key) == record.record().key_id() && record.SignedBy(key);
  });
  if (!own) return std::nullopt;
  return Founding{*std::move(root), record.hash()};
}

std::string MakeFoundingRecord(const v1::Founding& content, const PartitionId& partition,
                               const crypto::SigningKey& key, WallTime now, RandomSource& random) {
  v1::Commit commit;
  commit.set_sequence(1);
  commit.set_record_time_us(now.time_since_epoch().count());
  commit.mutable_key()->set_type("log");
  commit.mutable_key()->set_id(content.log_id());
  commit.set_request_id(RandomUuid(random));
  commit.set_marking(v1::MARKING_UNCLASSIFIED);
  commit.set_release_class(v1::RELEASE_CLASS_PUBLIC);
  commit.set_salt(random.Bytes(kSaltSize));
  commit.set_schema_version(kSchemaVersion);
  commit.set_outcome(v1::OUTCOME_DONE);
  *commit.mutable_control()->mutable_founding() = content;

  v1::RecordBody body;
  body.set_stream(partition.stream);
  body.set_partition(partition.partition);
  body.set_first_sequence(1);
  body.set_previous_hash(std::string(crypto::Bytes(kNoHash)));
  body.add_commits(commit.SerializeAsString());

  return SignRecord(body.SerializeAsString(), key);
}

Result<Founding> FoundLog(EventLog& log, const v1::Founding& content,
                          const std::map<std::string, crypto::SigningKey>& writer_keys,
                          std::optional<crypto::Hash> pin, const Clock& clock,
                          RandomSource& random) {
  TL_TRY_VOID(CheckContent(content, writer_keys));
  const PartitionId root = RootPartition(content);
  RootSearch search(pin);
  PartitionFounder root_founder(log, root, std::ref(search));
  TL_TRY(const bool founded, root_founder.Find());
  // A pin says that the log was founded before: a new root would not be the one that is meant.
  if (!founded && pin) return search.Missing(root);
  if (!founded) {
    TL_TRY_VOID(root_founder.Append(
        MakeFoundingRecord(content, root, writer_keys.at(root.stream), clock.Now(), random)));
  }
  const Founding& won = *search.found();
  TL_TRY_VOID(CheckOwn(won, content, writer_keys));

  for (const PartitionId& partition : PartitionsOf(won.root)) {
    if (partition == root) continue;
    PartitionFounder founder(log, partition, [&](const ReadRecord& record) {
      return std::holds_alternative<AcceptedRecord>(Accept(EmptyView(partition), won, record));
    });
    TL_TRY_VOID(
        founder.Append(MakeFoundingRecord(ContentFor(won, partition), partition,
                                          writer_keys.at(partition.stream), clock.Now(), random)));
  }
  return won;
}

Result<Founding> ReadFounding(EventLog& log, const PartitionId& root,
                              std::optional<crypto::Hash> pin) {
  RootSearch search(pin);
  PartitionFounder founder(log, root, std::ref(search));
  TL_TRY(const bool founded, founder.Find());
  if (!founded) return search.Missing(root);
  return *search.found();
}

}  // namespace twinledger::log
