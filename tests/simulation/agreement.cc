#include "tests/simulation/agreement.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"
#include "platform/store/memory_store.h"
#include "platform/store/table.h"

namespace twinledger::simulation {
namespace {

using log::PartitionId;
using testing::Account;
using testing::AccountCommand;
using testing::AccountProjection;

// Every commit is what the rules make of those before it.
void CheckDecisions(const Evidence& evidence, const PartitionId& partition, const RawChain& chain,
                    std::vector<std::string>& wrong) {
  std::map<std::string, const Request*> requests;
  for (const Request& request : evidence.requests) {
    requests[std::string(crypto::Bytes(request.digest)) + request.id] = &request;
  }
  std::map<std::string, Account> accounts;
  for (const RawCommit& raw : chain.commits) {
    const log::v1::Commit& commit = raw.commit;
    if (commit.has_control()) continue;
    const std::string place = ToString(partition) + "/" + std::to_string(commit.sequence());
    const auto request = requests.find(commit.request_digest() + commit.request_id());
    if (request == requests.end()) {
      wrong.push_back("L7 a commit that no client asked for: " + place);
      continue;
    }
    Account& account = accounts[commit.key().id()];
    const auto decision = DecideAccount(account, request->second->command);
    const std::string event = commit.events_size() == 1 ? commit.events(0) : "";
    if (decision.event != event || decision.refusal != commit.refusal().reason()) {
      wrong.push_back("L7 decided on another state: " + place);
    }
    if (!event.empty()) account = EvolveAccount(account, event, commit.sequence());
  }
}

// Rows without cursors: these count void records, which a replica need not have met.
ReplicaState::Rows WithoutCursors(ReplicaState::Rows rows) {
  for (const store::TableId table : {projection::kCursorTable, projection::kStoreTable}) {
    const std::string prefix = store::EncodeRowKey(table, {});
    std::erase_if(rows, [&](const auto& row) { return row.first.starts_with(prefix); });
  }
  return rows;
}

struct Rebuild {
  store::MemoryStore store;
  std::map<PartitionId, std::unique_ptr<projection::PartitionView>> views;
};

void CheckRebuild(const Evidence& evidence, const projection::Projection& projection,
                  const std::vector<ReplicaState>& replicas, std::vector<std::string>& wrong) {
  const std::vector<std::string> streams = projection.streams();
  Rebuild rebuild;
  for (const auto& [partition, records] : evidence.log) {
    if (std::ranges::find(streams, partition.stream) == streams.end()) continue;
    auto view =
        *projection::PartitionView::Open(rebuild.store, projection, evidence.founding, partition);
    bool sound = view->SetBulk(true).ok();
    for (const auto& record : records) sound = sound && view->Consume(*record).ok();
    sound = sound && view->SetBulk(false).ok();
    if (!sound) wrong.push_back("L7 rebuild stopped: " + view->stopped()->message);
    rebuild.views[partition] = std::move(view);
  }
  const ReplicaState::Rows rows = WithoutCursors(rebuild.store.Rows());
  for (const ReplicaState& replica : replicas) {
    if (WithoutCursors(replica.rows) != rows) {
      wrong.push_back("L7 a replica's rows differ from a rebuild's");
    }
    for (const auto& [partition, state] : replica.partitions) {
      const projection::PartitionView& view = *rebuild.views.at(partition);
      if (state.sequence != view.chain().sequence || state.rows != view.rows() ||
          state.digest != view.digest().Summary()) {
        wrong.push_back("L7 a replica's digest differs from a rebuild's in " + ToString(partition));
      }
    }
  }
}

// What a fresh reader accepts of a damaged log is what the log alone says, up to where it stops.
void CheckFreshReader(const Evidence& evidence, const PartitionId& partition, const RawChain& chain,
                      std::vector<std::string>& wrong) {
  const AccountProjection projection;
  store::MemoryStore store;
  const auto view =
      *projection::PartitionView::Open(store, projection, evidence.founding, partition);
  log::Sequence sequence = 0;
  for (const auto& record : evidence.log.at(partition)) {
    const auto consumed = view->Consume(*record);
    if (!consumed) return;
    for (const log::AcceptedCommit& accepted : consumed->commits) {
      if (++sequence > chain.commits.size() || chain.commits[sequence - 1].hash != accepted.hash) {
        wrong.push_back("L7 a fresh reader accepts what does not follow at " + ToString(partition) +
                        "/" + std::to_string(sequence));
        return;
      }
    }
  }
}

bool HoldsAnother(const ReplicaState::Partition& state, const RawChain& chain) {
  return std::ranges::any_of(state.commits, [&](const auto& commit) {
    const auto& [sequence, hash] = commit;
    return sequence > chain.commits.size() || chain.commits[sequence - 1].hash != hash;
  });
}

void CheckHistories(const std::vector<ReplicaState>& replicas,
                    const std::map<PartitionId, RawChain>& chains,
                    std::vector<std::string>& wrong) {
  for (const ReplicaState& replica : replicas) {
    for (const auto& [partition, state] : replica.partitions) {
      const std::string place = ToString(partition);
      if (state.stopped) wrong.push_back("L7 a replica stopped: " + state.stopped->message);
      if (state.commits.size() != state.sequence) {
        wrong.push_back("L7 a replica lacks commits in " + place);
      }
      if (HoldsAnother(state, chains.at(partition))) {
        wrong.push_back("L7 a replica holds another commit in " + place);
      }
    }
  }
}

// Partitions where a replica has stopped, or a client's token named a commit that a replica does
// not have.
std::set<PartitionId> NoticedDamage(const Evidence& evidence) {
  std::set<PartitionId> noticed;
  for (const ReplicaState& replica : evidence.replicas) {
    for (const auto& [partition, state] : replica.partitions) {
      if (state.stopped) noticed.insert(partition);
    }
  }
  for (const Reading& reading : evidence.readings) {
    if (!reading.token_known) noticed.insert(reading.partition);
  }
  return noticed;
}

}  // namespace

std::string TextAt(const RawChain& chain, const std::string& account, log::Sequence at) {
  Account state;
  for (const RawCommit& raw : chain.commits) {
    if (raw.commit.sequence() > at) break;
    if (raw.commit.key().id() != account) continue;
    for (const std::string& event : raw.commit.events()) {
      state = EvolveAccount(state, event, raw.commit.sequence());
    }
  }
  return state.version == 0 ? "" : state.Text();
}

std::vector<std::string> CheckReplicas(const Evidence& evidence,
                                       const projection::Projection& projection,
                                       const std::vector<ReplicaState>& replicas,
                                       const std::map<PartitionId, RawChain>& chains) {
  std::vector<std::string> wrong;
  CheckHistories(replicas, chains, wrong);
  CheckRebuild(evidence, projection, replicas, wrong);
  return wrong;
}

std::vector<std::string> CheckAgreement(const Evidence& evidence,
                                        const std::map<PartitionId, RawChain>& chains) {
  std::vector<std::string> wrong;
  if (evidence.damaged) {
    for (const auto& [partition, chain] : chains) {
      CheckFreshReader(evidence, partition, chain, wrong);
    }
    return wrong;
  }
  wrong = CheckReplicas(evidence, AccountProjection(), evidence.replicas, chains);
  for (const auto& [partition, chain] : chains) {
    CheckDecisions(evidence, partition, chain, wrong);
  }
  return wrong;
}

bool DamageUnnoticed(const Evidence& evidence) {
  if (!evidence.damaged) return false;
  const std::set<PartitionId> noticed = NoticedDamage(evidence);
  return std::ranges::any_of(evidence.replicas, [&](const ReplicaState& replica) {
    return std::ranges::any_of(replica.partitions, [&](const auto& held) {
      const auto& [partition, state] = held;
      return !noticed.contains(partition) && HoldsAnother(state, ReadChain(evidence, partition));
    });
  });
}

}  // namespace twinledger::simulation
