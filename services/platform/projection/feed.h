// Reads partitions of the log on a thread of its own and delivers their records to an inbox, parsed
// and, while there is much to read, with their signatures checked: what the runner's thread need
// not do.
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

namespace twinledger::projection {

// Threads: made, started and destroyed by one.
class Feed {
 public:
  // `log`, `founding` and `inbox` must outlive it.
  Feed(log::EventLog& log, const log::Founding& founding, Inbox& inbox);

  // From `from` on, until the feed is destroyed or the log is damaged. An error of the log that may
  // pass is tried again.
  void Start(std::vector<log::ReadFrom> from);

  // Records come one by one from now on: their signatures are left to who uses them.
  void EndCatchUp() { catching_up_.store(false, std::memory_order_relaxed); }

 private:
  void Run(const std::stop_token& stop, std::vector<log::ReadFrom> from);
  std::vector<FedRecord> Prepare(std::vector<log::StoredRecord> records) const;
  void Verify(const FedRecord& fed) const;

  log::EventLog& log_;
  Inbox& inbox_;
  // Stream -> key id -> key, of the founding. Other keys are rare and left to the view.
  std::map<std::string, std::map<std::string, log::v1::PublicKey>> keys_;
  std::atomic<bool> catching_up_{true};
  std::jthread thread_;
};

}  // namespace twinledger::projection
