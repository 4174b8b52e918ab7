// One service of one server process: the real view of each partition that its projection follows
// and the real writer of each of its own, on a store that a kill takes back, fed by the scheduler
// one input at a time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/crypto/signature.h"
#include "platform/log/simulated/simulated_log.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/unstored_rows.h"
#include "platform/store/ingest_aside.h"
#include "platform/writer/partition_writer.h"
#include "tests/simulation/crashing_store.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/evidence.h"

namespace twinledger::simulation {

// What all replicas share: the log, the time that passes, and records as read.
struct Shared {
  explicit Shared(std::uint64_t seed) : dice(seed), log(dice.Seed()) {}

  // The record at an offset of a partition; nothing behind the end.
  const log::ReadRecord* Read(const log::PartitionId& partition, log::Offset offset);

  Dice dice;
  log::SimulatedLog log;
  log::Founding founding;
  MonotonicTime now{};
  Moment moment = 0;
  using Records = std::map<log::PartitionId, std::vector<std::shared_ptr<const log::ReadRecord>>>;
  Records read;
  std::optional<Records> offered;  // To the log, in that order; kept where a bug reads them.
  std::set<std::string> appended;
  std::uint64_t alarms = 0;
};

// What a replica runs. The projection outlives it.
struct Service {
  const projection::Projection& projection;
  std::string stream;  // That it writes.
  crypto::SigningKey key;
  bool reads_offered = false;  // A bug: of other streams it reads what may never be in the log.
};

class Replica {
 public:
  Replica(Shared& shared, Service service, writer::WriterLimits limits, Tear tear = Tear::kNone);
  ~Replica();

  // From its next start on its views gather their rows, which are stored together behind some of
  // the inputs, as a server's are.
  void Gather() { gathers_ = true; }

  bool up() const { return !partitions_.empty(); }
  void Start();

  // Ends as a kill does: nobody hears anything any more, and the store may fall back. Answers how
  // many batches it lost.
  std::size_t Kill();
  void Stop();  // Ends as a program does that was asked to.
  // Its disk is another one, and empty. REQUIRES: it is not up.
  void LoseStore() { store_.Lose(); }

  void Submit(writer::Command command, const log::PartitionId& partition, MonotonicTime deadline,
              writer::Reply reply);

  // One input to a writer, or to a view; false if there was none.
  bool DeliverReport(const log::PartitionId& partition);
  bool DeliverTail(const log::PartitionId& partition, bool fails);
  bool DeliverRecord(const log::PartitionId& partition);
  void Tick();

  WallTime Wall() const;
  void SetWallAhead(std::chrono::microseconds ahead) { wall_ahead_ = ahead; }
  std::chrono::microseconds wall_ahead() const { return wall_ahead_; }

  bool Follows(const log::PartitionId& partition) const { return partitions_.contains(partition); }
  std::shared_ptr<const store::KeyValueReader> Snapshot() const { return store_.Snapshot(); }
  const store::KeyValueReader& rows() const { return store_; }

  const projection::PartitionView& view(const log::PartitionId& partition) const;
  const writer::PartitionWriter& writer(const log::PartitionId& partition) const;
  bool Lags() const;  // The log holds what a view has not read.
  bool AtRest() const;
  ReplicaState State() const;

 private:
  class Partition;

  Partition& at(const log::PartitionId& partition) const { return *partitions_.at(partition); }
  void StoreSometimes();
  void StoreAll();

  Shared& shared_;
  const Service service_;
  const writer::WriterLimits limits_;
  CrashingStore store_;
  bool gathers_ = false;
  std::chrono::microseconds wall_ahead_{0};
  std::shared_ptr<bool> heard_;  // Shared with replies under way: false once the process is dead.
  std::map<log::PartitionId, std::unique_ptr<Partition>> partitions_;
  store::IngestAside aside_{store_};
  std::optional<projection::UnstoredRows> unstored_;  // Of the partitions.
};

}  // namespace twinledger::simulation
