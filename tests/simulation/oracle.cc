#include "tests/simulation/oracle.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tests/simulation/agreement.h"
#include "tests/simulation/raw_chain.h"

namespace twinledger::simulation {
namespace {

using log::PartitionId;
using log::Sequence;

std::string At(const PartitionId& partition, std::uint64_t number) {
  return ToString(partition) + "/" + std::to_string(number);
}

class Judgement {
 public:
  explicit Judgement(const Evidence& evidence) : evidence_(evidence) {
    for (const auto& [partition, records] : evidence.log) {
      chains_.emplace(partition, ReadChain(evidence, partition));
    }
    for (const Request& request : evidence.requests) places_.emplace(&request, Find(request));
  }

  std::vector<std::string> Deliver() {
    CheckLog();
    if (!evidence_.damaged) CheckReadings();
    for (std::string& fault : CheckAgreement(evidence_, chains_)) wrong_.push_back(fault);
    return std::move(wrong_);
  }

  std::vector<std::string> DeliverOnLog() {
    CheckLog();
    return std::move(wrong_);
  }

 private:
  void CheckLog() {
    if (!evidence_.damaged) {
      CheckAcknowledged();
      CheckOnce();
      CheckNoGhost();
      CheckSettled();
      CheckRealTime();
      CheckClientOrder();
      CheckVoids();
    }
    CheckChain();
  }

  void Wrong(std::string what) { wrong_.push_back(std::move(what)); }

  const RawCommit* CommitAt(const PartitionId& partition, Sequence sequence) const {
    const auto& commits = chains_.at(partition).commits;
    return sequence == 0 || sequence > commits.size() ? nullptr : &commits[sequence - 1];
  }

  // Where a request stands, or 0.
  Sequence SequenceOf(const Request& request) const { return places_.at(&request); }

  Sequence Find(const Request& request) const {
    const auto& commits = chains_.at(request.partition).commits;
    for (const RawCommit& commit : commits) {
      if (commit.commit.request_id() == request.id && commit.commit.actor() == request.actor &&
          commit.commit.request_digest() == crypto::Bytes(request.digest)) {
        return commit.commit.sequence();
      }
    }
    return 0;
  }

  void CheckAcknowledged() {
    for (const Request& request : evidence_.requests) {
      if (request.validate_only) continue;
      for (const writer::Outcome& told : request.outcomes) {
        const RawCommit* commit = CommitAt(request.partition, told.sequence);
        const std::string where = request.id + " told " + At(told.partition, told.sequence);
        if (commit == nullptr || commit->hash != told.commit_hash) {
          Wrong("L1 no such commit: " + where);
        } else if (commit->commit.request_id() != request.id ||
                   commit->commit.request_digest() != crypto::Bytes(request.digest)) {
          Wrong("L1 the commit is another request's: " + where);
        } else if (commit->commit.outcome() != told.outcome ||
                   commit->commit.refusal().reason() != told.refusal.reason()) {
          Wrong("L1 another outcome stands: " + where);
        }
      }
    }
  }

  void CheckOnce() {
    std::map<std::pair<std::string, std::string>, std::string> seen;
    for (const auto& [partition, chain] : chains_) {
      for (const RawCommit& commit : chain.commits) {
        if (commit.commit.request_id().empty()) continue;
        const std::string place = At(partition, commit.commit.sequence());
        const auto [first, added] =
            seen.emplace(std::pair(commit.commit.actor(), commit.commit.request_id()), place);
        if (!added) {
          Wrong("L2 " + commit.commit.request_id() + " at " + first->second + " and " + place);
        }
      }
    }
  }

  void CheckNoGhost() {
    for (const Request& request : evidence_.requests) {
      const Sequence sequence = SequenceOf(request);
      if (sequence == 0) continue;
      if (request.failed) Wrong("L3 told not recorded, and stands: " + request.id);
      if (request.reused) Wrong("L3 told reused, and stands: " + request.id);
      if (request.validate_only) Wrong("L3 validate_only was recorded: " + request.id);
      const log::v1::Commit& commit = CommitAt(request.partition, sequence)->commit;
      if (commit.outcome() != log::v1::OUTCOME_DONE && commit.events_size() > 0) {
        Wrong("L3 refused or unchanged, and has events: " + request.id);
      }
    }
  }

  void CheckSettled() {
    if (evidence_.stuck) Wrong("L4 the run did not come to rest");
    for (const Request& request : evidence_.requests) {
      if (!request.settled() && !request.rival && !request.validate_only) {
        Wrong("L4 never settled: " + request.id);
      }
      if (request.validate_only) continue;
      for (const writer::Outcome& outcome : request.outcomes) {
        if (outcome.sequence != request.outcomes.front().sequence) {
          Wrong("L4 two outcomes: " + request.id);
        }
      }
    }
  }

  void CheckChain() {
    for (const auto& [partition, chain] : chains_) {
      Sequence expected = 1;
      std::int64_t time = 0;
      for (const RawCommit& commit : chain.commits) {
        const std::string place = At(partition, expected);
        if (commit.commit.sequence() != expected++) Wrong("L5 sequence at " + place);
        if (commit.commit.record_time_us() < time) Wrong("L5 time goes back at " + place);
        time = commit.commit.record_time_us();
        if (!commit.commit.has_control() &&
            log::PartitionOf(commit.commit.key(), evidence_.founding.root.partitions()) !=
                partition.partition) {
          Wrong("L5 key of another partition at " + place);
        }
      }
    }
  }

  // What was answered before another request was made stands before it.
  void CheckRealTime() {
    for (const Request& late : evidence_.requests) {
      const Sequence its_place = SequenceOf(late);
      if (its_place == 0) continue;
      for (const Request& early : evidence_.requests) {
        const bool before = early.answered && *early.answered < late.invoked &&
                            early.partition == late.partition && !early.validate_only;
        if (before && SequenceOf(early) > its_place) {
          Wrong("L6 " + late.id + " stands before " + early.id + ", which was answered earlier");
        }
      }
    }
  }

  void CheckClientOrder() {
    std::map<std::pair<std::size_t, PartitionId>, std::pair<Sequence, std::string>> last;
    for (const Request& request : evidence_.requests) {
      const Sequence sequence = SequenceOf(request);
      if (!request.in_order || sequence == 0) continue;
      auto& [previous, id] = last[{request.client, request.partition}];
      if (sequence < previous) Wrong("L6 " + request.id + " stands before the earlier " + id);
      previous = sequence;
      id = request.id;
    }
  }

  void CheckReadings() {
    for (const Reading& reading : evidence_.readings) {
      const std::string what = reading.account + " at " + At(reading.partition, reading.at);
      if (!reading.token_known) {
        Wrong("L6 a replica does not know the token " + At(reading.partition, reading.token));
      }
      if (reading.at < reading.token) Wrong("L6 read before its token: " + what);
      const std::string text = TextAt(chains_.at(reading.partition), reading.account, reading.at);
      if (text != reading.text) {
        Wrong("L6 read '" + reading.text + "' where '" + text + "' stands: " + what);
      }
    }
  }

  // A void record is a stranger's, a second copy, or lost the race for its place; nobody's, or one
  // without a winner, should not be there.
  void CheckVoids() {
    for (const auto& [partition, chain] : chains_) {
      const auto& records = evidence_.log.at(partition);
      std::map<std::string, std::size_t> copies;
      for (const auto& record : records) ++copies[record->bytes()];
      std::map<std::string, std::size_t> winners;
      for (const log::Offset offset : chain.accepted) {
        ++winners[records[offset]->body().previous_hash()];
      }
      for (const log::Offset offset : chain.voids) {
        const log::ReadRecord& record = *records[offset];
        const std::string place = ToString(partition) + " offset " + std::to_string(offset);
        if (evidence_.strangers.contains(record.bytes())) continue;
        if (!evidence_.appended.contains(record.bytes())) {
          Wrong("L8 void and nobody's: " + place);
        } else if (copies[record.bytes()] < 2 && winners[record.body().previous_hash()] == 0) {
          Wrong("L8 void and nothing won: " + place);
        }
      }
      for (const log::Offset offset : chain.accepted) {
        if (offset > 0 && !evidence_.appended.contains(records[offset]->bytes())) {
          Wrong("L8 accepted and no writer's: " + ToString(partition) + " offset " +
                std::to_string(offset));
        }
      }
    }
  }

  const Evidence& evidence_;
  std::map<PartitionId, RawChain> chains_;
  std::map<const Request*, Sequence> places_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> Judge(const Evidence& evidence) { return Judgement(evidence).Deliver(); }

std::vector<std::string> JudgeLog(const Evidence& evidence) {
  return Judgement(evidence).DeliverOnLog();
}

}  // namespace twinledger::simulation
