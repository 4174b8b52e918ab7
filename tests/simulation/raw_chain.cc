#include "tests/simulation/raw_chain.h"

#include "platform/crypto/signature.h"

namespace twinledger::simulation {
namespace {

bool SignedByWriter(const log::v1::Founding& root, const std::string& stream,
                    const log::ReadRecord& record) {
  for (const log::v1::WriterKey& writer : root.writer_keys()) {
    if (writer.stream() == stream && crypto::KeyIdOf(writer.key()) == record.record().key_id()) {
      return record.SignedBy(writer.key());
    }
  }
  return false;
}

}  // namespace

RawChain ReadChain(const Evidence& evidence, const log::PartitionId& partition) {
  RawChain chain;
  std::string tip(32, '\0');
  const auto& records = evidence.log.at(partition);
  for (log::Offset offset = 0; offset < records.size(); ++offset) {
    const log::ReadRecord& record = *records[offset];
    const log::v1::RecordBody& body = record.body();
    const bool counts = record.parsed() && body.stream() == partition.stream &&
                        body.partition() == partition.partition && body.commits_size() > 0 &&
                        body.first_sequence() == chain.commits.size() + 1 &&
                        body.previous_hash() == tip &&
                        SignedByWriter(evidence.founding.root, partition.stream, record);
    if (!counts) {
      chain.voids.push_back(offset);
      continue;
    }
    chain.accepted.push_back(offset);
    tip = std::string(crypto::Bytes(crypto::Sha256(record.record().body())));
    for (const std::string& bytes : body.commits()) {
      RawCommit& commit = chain.commits.emplace_back();
      commit.commit.ParseFromString(bytes);
      commit.hash = crypto::Sha256(bytes);
    }
  }
  return chain;
}

}  // namespace twinledger::simulation
