// Threads of another process, held still one by one: what the process does with its other threads
// goes on. So a replica stops hearing from its brokers, and still answers its clients.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace twinledger::testing {

// REQUIRES: the process is a child of this one, or this one is root.
// Threads: made and destroyed by one.
class HeldThreads {
 public:
  // Holds every thread whose name begins so, also those that begin while it looks.
  HeldThreads(pid_t process, const std::string& name_prefix);
  ~HeldThreads();  // Lets them go on.
  HeldThreads(const HeldThreads&) = delete;
  HeldThreads& operator=(const HeldThreads&) = delete;

  std::size_t count() const { return held_.size(); }

 private:
  std::vector<pid_t> held_;
};

}  // namespace twinledger::testing
