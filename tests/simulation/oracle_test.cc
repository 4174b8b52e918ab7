// The oracle flags what is done to the evidence of a good run: a judge that never says no proves
// nothing.
#include "tests/simulation/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/raw_chain.h"
#include "tests/simulation/run.h"
#include "tests/support/test_chain.h"

namespace twinledger::simulation {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const log::PartitionId kPartition{"registry", 0};
constexpr std::size_t kCommitsMin = 8;

// A good run with enough in it to tamper with.
const Evidence& GoodRun() {
  static const Evidence* const good = [] {
    for (std::uint64_t seed = 1;; ++seed) {
      auto evidence = std::make_unique<Evidence>(Simulate(seed).evidence);
      if (evidence->damaged || evidence->readings.empty()) continue;
      if (ReadChain(*evidence, kPartition).commits.size() >= kCommitsMin) return evidence.release();
    }
  }();
  return *good;
}

using Records = std::vector<std::shared_ptr<const log::ReadRecord>>;

void Renumber(Records& records) {
  for (log::Offset offset = 0; offset < records.size(); ++offset) {
    records[offset] = std::make_shared<const log::ReadRecord>(offset, records[offset]->bytes());
  }
}

// The offset of the accepted record in the middle of the partition.
log::Offset Middle(const Evidence& evidence) {
  const RawChain chain = ReadChain(evidence, kPartition);
  return chain.accepted[chain.accepted.size() / 2];
}

crypto::SigningKey WriterKey() {
  return testing::TestFounding("simulation", 2).writer_keys.at("registry");
}

// Puts a record by the writers' own key, chained on the tip, at the end.
void AddSound(Evidence& evidence, log::v1::Commit commit) {
  Records& records = evidence.log[kPartition];
  testing::ChainWriter writer(kPartition, WriterKey(), 2);
  writer.Follow(records[ReadChain(evidence, kPartition).accepted.back()]->bytes());
  commit.set_sequence(writer.sequence() + 1);
  std::string bytes = writer.Make({commit});
  evidence.appended.insert(bytes);
  records.push_back(std::make_shared<const log::ReadRecord>(records.size(), std::move(bytes)));
}

Request& SomeDone(Evidence& evidence) {
  return *std::find_if(evidence.requests.begin(), evidence.requests.end(), [](const Request& it) {
    return !it.validate_only && !it.outcomes.empty() &&
           it.outcomes.front().outcome == log::v1::OUTCOME_DONE;
  });
}

struct Tampering {
  const char* name;
  const char* promise;  // That the oracle says is broken.
  std::function<void(Evidence&)> tamper;
};

const Tampering kTamperings[] = {
    {"a record is dropped", "L1",
     [](Evidence& evidence) {
       Records& records = evidence.log[kPartition];
       records.erase(records.begin() + static_cast<std::ptrdiff_t>(Middle(evidence)));
       Renumber(records);
     }},
    {"a commit is repeated", "L2",
     [](Evidence& evidence) {
       AddSound(evidence, ReadChain(evidence, kPartition).commits.back().commit);
     }},
    {"two records are swapped", "L1",
     [](Evidence& evidence) {
       Records& records = evidence.log[kPartition];
       const RawChain chain = ReadChain(evidence, kPartition);
       std::swap(records[chain.accepted[1]], records[chain.accepted[2]]);
       Renumber(records);
     }},
    {"an event is altered", "L1",
     [](Evidence& evidence) {
       auto& record = evidence.log[kPartition][Middle(evidence)];
       std::string bytes = record->bytes();
       bytes[bytes.size() / 2] ^= 1;
       record = std::make_shared<const log::ReadRecord>(record->offset(), std::move(bytes));
     }},
    {"a commit without a request is added with the writers' key", "L7",
     [](Evidence& evidence) {
       log::v1::Commit commit = ReadChain(evidence, kPartition).commits.back().commit;
       commit.set_request_id("of nobody");
       AddSound(evidence, std::move(commit));
     }},
    {"time goes back", "L5",
     [](Evidence& evidence) {
       log::v1::Commit commit = ReadChain(evidence, kPartition).commits.back().commit;
       commit.set_record_time_us(1);
       AddSound(evidence, std::move(commit));
     }},
    {"a receipt's hash is forged", "L1",
     [](Evidence& evidence) { SomeDone(evidence).outcomes[0].commit_hash[0] ^= 1; }},
    {"a receipt's position is forged", "L1",
     [](Evidence& evidence) { ++SomeDone(evidence).outcomes[0].sequence; }},
    {"a receipt says done where refused stands", "L1",
     [](Evidence& evidence) { SomeDone(evidence).outcomes[0].outcome = log::v1::OUTCOME_REFUSED; }},
    {"a recorded request was said not to be", "L3",
     [](Evidence& evidence) { SomeDone(evidence).failed = true; }},
    {"a request is never answered", "L4",
     [](Evidence& evidence) { SomeDone(evidence).outcomes.clear(); }},
    {"a later request stands before an answered one", "L6",
     [](Evidence& evidence) {
       const RawChain chain = ReadChain(evidence, kPartition);
       const auto of = [&](const RawCommit& commit) {
         return std::find_if(evidence.requests.begin(), evidence.requests.end(),
                             [&](const Request& request) {
                               return request.id == commit.commit.request_id() && !request.rival;
                             });
       };
       const Moment end = 1'000'000'000;
       of(chain.commits.back())->answered = end;
       of(chain.commits[1])->invoked = end + 1;
     }},
    {"a reading is stale", "L6", [](Evidence& evidence) { evidence.readings[0].text += "0"; }},
    {"a replica does not know a token", "L6",
     [](Evidence& evidence) { evidence.readings[0].token_known = false; }},
    {"a row of a replica differs", "L7",
     [](Evidence& evidence) { evidence.replicas[0].rows.rbegin()->second += "0"; }},
    {"a digest of a replica differs", "L7",
     [](Evidence& evidence) { evidence.replicas[1].partitions[kPartition].digest[0] ^= 1; }},
    {"a replica stopped", "L7",
     [](Evidence& evidence) {
       evidence.replicas[0].partitions[kPartition].stopped = Error{Code::kDataLoss, "stopped", ""};
     }},
    {"a void record is nobody's", "L8",
     [](Evidence& evidence) {
       Records& records = evidence.log[kPartition];
       records.push_back(std::make_shared<const log::ReadRecord>(records.size(), "unknown"));
     }},
};

TEST(OracleTest, AGoodRunIsGood) { EXPECT_THAT(Judge(GoodRun()), IsEmpty()); }

TEST(OracleTest, WhateverIsTamperedWithIsFlagged) {
  for (const auto& [name, promise, tamper] : kTamperings) {
    SCOPED_TRACE(name);
    Evidence evidence = GoodRun();
    tamper(evidence);
    EXPECT_THAT(Judge(evidence), Contains(StartsWith(promise)));
  }
}

}  // namespace
}  // namespace twinledger::simulation
