// The records of a founded log whose commits are for TallyProjection, as writers would append them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_chain.h"

namespace twinledger::testing {

struct TallyCommit {
  int entity = 0;  // Of the partition's three.
  std::vector<std::string> words;
};

class TallyHistory {
 public:
  explicit TallyHistory(std::uint32_t partitions = 1)
      : test_founding_("log", partitions), founding_(test_founding_.founding()) {
    for (std::uint32_t i = 0; i < partitions; ++i) {
      Partition& partition = partitions_.emplace_back(
          Partition{ChainWriter(Id(i), key(), partitions), {}, EntitiesOf(i, partitions)});
      Append(partition, FoundingRecord(i));
    }
  }

  static log::PartitionId Id(std::uint32_t partition) { return {"registry", partition}; }
  const crypto::SigningKey& key() const { return test_founding_.writer_keys.at("registry"); }
  const log::Founding& founding() const { return founding_; }
  std::uint32_t partitions() const { return static_cast<std::uint32_t>(partitions_.size()); }
  ChainWriter& writer(std::uint32_t partition) { return partitions_[partition].writer; }
  const std::vector<std::string>& records(std::uint32_t partition) const {
    return partitions_[partition].records;
  }
  const std::string& Entity(std::uint32_t partition, int entity) const {
    return partitions_[partition].entities[static_cast<std::size_t>(entity)];
  }
  log::ReadRecord Read(std::uint32_t partition, std::size_t offset) const {
    return {offset, records(partition)[offset]};
  }

  log::v1::Commit Commit(std::uint32_t partition, const TallyCommit& wanted, std::uint64_t index) {
    log::v1::Commit commit = writer(partition).NextCommit(index);
    commit.mutable_key()->set_type("entity");
    commit.mutable_key()->set_id(Entity(partition, wanted.entity));
    commit.clear_events();
    for (const std::string& word : wanted.words) commit.add_events(word);
    if (wanted.words.empty()) commit.set_outcome(log::v1::OUTCOME_UNCHANGED);
    return commit;
  }

  // One accepted record.
  const std::string& Add(std::uint32_t partition, const std::vector<TallyCommit>& commits) {
    std::vector<log::v1::Commit> made;
    for (std::size_t i = 0; i < commits.size(); ++i) {
      made.push_back(Commit(partition, commits[i], i));
    }
    return Append(partitions_[partition], writer(partition).Make(made));
  }

  // A record that is not chained on the tip: void, or damage.
  void AddBytes(std::uint32_t partition, std::string record) {
    partitions_[partition].records.push_back(std::move(record));
  }

 private:
  struct Partition {
    ChainWriter writer;
    std::vector<std::string> records;
    std::vector<std::string> entities;
  };

  static std::vector<std::string> EntitiesOf(std::uint32_t partition, std::uint32_t partitions) {
    std::vector<std::string> entities;
    log::v1::EntityKey entity;
    entity.set_type("entity");
    for (int i = 0; entities.size() < 3; ++i) {
      entity.set_id("entity-" + std::to_string(i));
      if (log::PartitionOf(entity, partitions) == partition) entities.push_back(entity.id());
    }
    return entities;
  }

  std::string FoundingRecord(std::uint32_t partition) const {
    if (partition == 0) return test_founding_.RootRecord();
    SeededRandom random("founding " + std::to_string(partition));
    log::v1::Founding content = founding_.root;
    content.set_root_hash(std::string(crypto::Bytes(founding_.root_hash)));
    return log::MakeFoundingRecord(content, Id(partition), key(), WallTime{}, random);
  }

  static const std::string& Append(Partition& partition, std::string record) {
    partition.writer.Follow(record);
    return partition.records.emplace_back(std::move(record));
  }

  const TestFounding test_founding_;
  const log::Founding founding_;
  std::vector<Partition> partitions_;
};

}  // namespace twinledger::testing
