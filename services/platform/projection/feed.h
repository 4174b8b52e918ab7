// Reads the log once for all who follow it, on a thread of its own: parses each record, checks its
// signature where somebody will need it and no writer of this process made it, and delivers it to
// the inbox of everybody who follows its partition. Nobody needs that of a record which cannot
// follow the tip (likely_tips.h). What of its commits many need, or one that has no time, it makes
// for them (Projection::Prepare).
//
//   log --> feed --> inbox of a runner
//               '--> inbox of another
//
// A process has one feed for its modules. Its pace is that of the slowest: an inbox that is full
// holds it up, and not the memory. What one subscriber has behind it already is not given to it
// again when another begins further back.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "platform/log/chain.h"
#include "platform/log/event_log.h"
#include "platform/projection/inbox.h"
#include "platform/projection/likely_tips.h"
#include "platform/projection/projection.h"

namespace twinledger::projection {

// From `offset` on, which is right behind a record that was accepted: `tip`. As it stands: from the
// beginning.
struct FollowFrom {
  log::PartitionId partition;
  log::Offset offset = 0;
  LikelyTips::Tip tip = {};
};

// Threads: made, subscribed to, started, stopped and destroyed by one; EndCatchUp from any.
class Feed {
 public:
  // `log` and `founding` must outlive it.
  Feed(log::EventLog& log, const log::Founding& founding);

  // `inbox` gets the records of each partition of `from`, at its offset and behind, until it is
  // closed; they are prepared for `projection`, if any, which must outlive it. Before Start.
  void Subscribe(std::shared_ptr<Inbox> inbox, const std::vector<FollowFrom>& from,
                 const Projection* projection = nullptr);

  // Reads until stopped, until every inbox is closed, or until the log is damaged, which it
  // delivers. Any other error is the cluster's, which is mended without us: it is tried again.
  void Start();

  // Returns when nothing is delivered any more. Also the destructor's.
  void Stop();

  // By each subscriber, once: its records come one by one from now on. When all are so far, the
  // signatures of a sole subscriber's records are left to it: mostly it wrote them itself.
  void EndCatchUp() { catching_up_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  struct Subscriber {
    std::shared_ptr<Inbox> inbox;
    std::map<log::PartitionId, FollowFrom> from;
    const Projection* projection;

    bool Wants(const FedRecord& fed) const;
  };

  void Run(const std::stop_token& stop);
  std::map<log::PartitionId, FollowFrom> Beginnings() const;
  std::vector<FedRecord> Prepare(std::vector<log::StoredRecord> records);
  void Verify(FedRecord& fed);
  void PrepareCommits(const FedRecord& fed) const;
  bool Deliver(std::vector<FedRecord> records);  // False when nobody is left.
  void DeliverAll(const Error& error);

  log::EventLog& log_;
  // Stream -> key id -> key, of the founding. Other keys are rare and left to the view.
  std::map<std::string, std::map<std::string, log::v1::PublicKey>> keys_;
  std::vector<Subscriber> subscribers_;          // Of the thread, once started.
  std::map<log::PartitionId, LikelyTips> tips_;  // Likewise.
  std::atomic<int> catching_up_{0};
  std::jthread thread_;
};

}  // namespace twinledger::projection
