// Relays TCP connections to a server, and cuts all of them when it is told to: what was sent may
// have arrived, and its answer does not. Or passes nothing on and says nothing of it, as a network
// does that lost the way to one end.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace twinledger {

// Threads: Cut from any; a thread of its own, and one for each connection.
class CuttingRelay {
 public:
  // Of "127.0.0.1:PORT".
  explicit CuttingRelay(const std::string& server);
  ~CuttingRelay();
  CuttingRelay(const CuttingRelay&) = delete;
  CuttingRelay& operator=(const CuttingRelay&) = delete;

  const std::string& address() const { return address_; }

  // By reset, both ways at once. How many there were.
  int Cut();

  // From now on, for ever, and takes nothing from either end.
  void Freeze() { frozen_ = true; }

 private:
  struct Connection {
    int client = -1;
    int server = -1;
    bool open = true;
  };

  void Accept();
  void Relay(std::size_t connection);

  const int port_;
  int listener_ = -1;
  std::string address_;
  std::atomic<bool> ending_ = false;
  std::atomic<bool> frozen_ = false;
  absl::Mutex mutex_;
  std::vector<Connection> connections_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::jthread> relays_;  // Of the thread that accepts.
  std::jthread accepts_;
};

}  // namespace twinledger
