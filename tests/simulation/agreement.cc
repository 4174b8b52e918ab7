#include "tests/simulation/agreement.h"

#include <memory>
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

void CheckRebuild(const Evidence& evidence, std::vector<std::string>& wrong) {
  const AccountProjection projection;
  Rebuild rebuild;
  for (const auto& [partition, records] : evidence.log) {
    auto view =
        *projection::PartitionView::Open(rebuild.store, projection, evidence.founding, partition);
    bool sound = view->SetBulk(true).ok();
    for (const auto& record : records) sound = sound && view->Consume(*record).ok();
    sound = sound && view->SetBulk(false).ok();
    if (!sound) wrong.push_back("L7 rebuild stopped: " + view->stopped()->message);
    rebuild.views[partition] = std::move(view);
  }
  const ReplicaState::Rows rows = WithoutCursors(rebuild.store.Rows());
  for (const ReplicaState& replica : evidence.replicas) {
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

void CheckHistories(const Evidence& evidence, const std::map<PartitionId, RawChain>& chains,
                    std::vector<std::string>& wrong) {
  for (const ReplicaState& replica : evidence.replicas) {
    for (const auto& [partition, state] : replica.partitions) {
      if (state.stopped && evidence.damaged) continue;
      const auto& commits = chains.at(partition).commits;
      const std::string place = ToString(partition) + "/";
      if (state.stopped) wrong.push_back("L7 a replica stopped: " + state.stopped->message);
      if (state.commits.size() != state.sequence) {
        wrong.push_back("L7 a replica lacks commits below " + place +
                        std::to_string(state.sequence));
      }
      for (const auto& [sequence, hash] : state.commits) {
        if (sequence > commits.size() || commits[sequence - 1].hash != hash) {
          wrong.push_back("L7 a replica holds another commit at " + place +
                          std::to_string(sequence));
          break;
        }
      }
    }
  }
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

std::vector<std::string> CheckAgreement(const Evidence& evidence,
                                        const std::map<PartitionId, RawChain>& chains) {
  std::vector<std::string> wrong;
  CheckHistories(evidence, chains, wrong);
  if (evidence.damaged) return wrong;
  for (const auto& [partition, chain] : chains) {
    CheckDecisions(evidence, partition, chain, wrong);
  }
  CheckRebuild(evidence, wrong);
  return wrong;
}

}  // namespace twinledger::simulation
