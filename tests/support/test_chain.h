// Foundings and records for tests: keys, salts and times come from fixed seeds, so bytes repeat.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/check.h"
#include "platform/base/random.h"
#include "platform/crypto/hash.h"
#include "platform/crypto/signature.h"
#include "platform/log/chain.h"
#include "platform/log/founding.h"
#include "platform/log/sign_record.h"

namespace twinledger::testing {

// Hashes of a counter.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::string seed) : seed_(std::move(seed)) {}

  std::string Bytes(std::size_t count) override {
    std::string bytes;
    while (bytes.size() < count) {
      bytes += crypto::Bytes(crypto::Sha256(seed_ + std::to_string(next_++)));
    }
    return bytes.substr(0, count);
  }

 private:
  const std::string seed_;
  std::uint64_t next_ = 0;
};

inline crypto::SigningKey KeyNamed(const std::string& name) {
  return crypto::SigningKey::FromSeed(crypto::Bytes(crypto::Sha256(name)));
}

// What is founded, by whom. Another `name` is another founder.
struct TestFounding {
  log::v1::Founding content;
  std::map<std::string, crypto::SigningKey> writer_keys;
  crypto::SigningKey recovery_key = KeyNamed("recovery");

  explicit TestFounding(const std::string& name = "log", std::uint32_t partitions = 1,
                        const std::vector<std::string>& streams = {"registry"})
      : recovery_key(KeyNamed(name + " recovery")) {
    content.set_log_id("00000000-0000-4000-8000-000000000001");
    content.set_partitions(partitions);
    for (const std::string& stream : streams) {
      content.add_streams(stream);
      const auto& key = writer_keys.emplace(stream, KeyNamed(name + " " + stream)).first->second;
      log::v1::WriterKey* writer = content.add_writer_keys();
      writer->set_stream(stream);
      *writer->mutable_key() = key.public_key();
    }
    *content.mutable_recovery_key() = recovery_key.public_key();
  }

  std::string RootRecord() const {
    SeededRandom random("founding");
    const log::PartitionId root = log::RootPartition(content);
    return log::MakeFoundingRecord(content, root, writer_keys.at(root.stream), WallTime{}, random);
  }

  // As read back from RootRecord.
  log::Founding founding() const {
    const auto founding = log::ReadRootFounding(log::ReadRecord(0, RootRecord()));
    TL_CHECK(founding.has_value());
    return *founding;
  }
};

// Writes one partition as a writer does, and remembers its tip.
class ChainWriter {
 public:
  ChainWriter(log::PartitionId partition, crypto::SigningKey key, std::uint32_t partitions = 1)
      : partition_(std::move(partition)), key_(std::move(key)), partitions_(partitions) {}

  // Goes on behind `record`.
  void Follow(const std::string& record) {
    const log::ReadRecord read(0, record);
    sequence_ =
        read.body().first_sequence() - 1 + static_cast<log::Sequence>(read.body().commits_size());
    hash_ = read.hash();
  }

  // The commit that is the `index`th of the next record.
  log::v1::Commit NextCommit(std::uint64_t index = 0) {
    log::v1::Commit commit;
    commit.set_sequence(sequence_ + 1 + index);
    commit.set_record_time_us(static_cast<std::int64_t>(commit.sequence()) * 1'000'000);
    *commit.mutable_key() = KeyHere();
    commit.set_actor("account-1");
    commit.set_request_id("request-" + std::to_string(commit.sequence()));
    commit.set_salt(random_.Bytes(16));
    commit.set_schema_version(1);
    commit.set_outcome(log::v1::OUTCOME_DONE);
    commit.add_events(payload_);
    return commit;
  }

  log::v1::RecordBody Body(const std::vector<log::v1::Commit>& commits) const {
    log::v1::RecordBody body;
    body.set_stream(partition_.stream);
    body.set_partition(partition_.partition);
    body.set_first_sequence(sequence_ + 1);
    body.set_previous_hash(std::string(crypto::Bytes(hash_)));
    for (const log::v1::Commit& commit : commits) body.add_commits(commit.SerializeAsString());
    return body;
  }

  std::string Sign(const std::string& body) const { return Sign(body, key_); }
  static std::string Sign(const std::string& body, const crypto::SigningKey& key) {
    return log::SignRecord(body, key);
  }

  // The record that follows the tip; the tip stays.
  std::string Make(const std::vector<log::v1::Commit>& commits) const {
    return Sign(Body(commits).SerializeAsString());
  }

  // The next record, with `commits` commits; the tip moves behind it.
  std::string Next(std::uint64_t commits = 1) {
    std::vector<log::v1::Commit> made;
    for (std::uint64_t i = 0; i < commits; ++i) made.push_back(NextCommit(i));
    std::string record = Make(made);
    Follow(record);
    return record;
  }

  // What each commit carries as its event.
  void set_payload(std::string payload) { payload_ = std::move(payload); }

  log::Sequence sequence() const { return sequence_; }
  const crypto::Hash& hash() const { return hash_; }

 private:
  // An entity that belongs to this partition.
  log::v1::EntityKey KeyHere() const {
    log::v1::EntityKey key;
    key.set_type("council");
    for (int i = 0;; ++i) {
      key.set_id("council-" + std::to_string(i));
      if (log::PartitionOf(key, partitions_) == partition_.partition) return key;
    }
  }

  log::PartitionId partition_;
  crypto::SigningKey key_;
  std::uint32_t partitions_;
  log::Sequence sequence_ = 0;
  crypto::Hash hash_ = log::kNoHash;
  std::string payload_ = "event";
  SeededRandom random_{"salt"};
};

}  // namespace twinledger::testing
