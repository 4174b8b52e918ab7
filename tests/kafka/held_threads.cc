#include "tests/kafka/held_threads.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "platform/base/check.h"

namespace twinledger::testing {
namespace {

std::string NameOf(const std::filesystem::path& task) {
  std::string name;
  std::getline(std::ifstream(task / "comm"), name);
  return name;
}

// In the kernel it holds no lock that the threads which go on could want.
bool IsInASystemCall(const std::filesystem::path& task) {
  std::string call;
  std::getline(std::ifstream(task / "syscall"), call);
  return !call.empty() && !call.starts_with("-1");
}

}  // namespace

HeldThreads::HeldThreads(pid_t process, const std::string& name_prefix) {
  const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
  for (bool found = true; found;) {
    found = false;
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
      const pid_t thread = std::stoi(task.path().filename());
      const bool is_held = std::ranges::find(held_, thread) != held_.end();
      if (is_held || !NameOf(task.path()).starts_with(name_prefix)) continue;
      // One that has ended meanwhile holds itself.
      if (ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) continue;
      TL_CHECK(ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0);
      TL_CHECK(waitpid(thread, nullptr, __WALL) == thread);
      found = true;  // Looks once more: another may have begun, and this one may have to go on.
      if (IsInASystemCall(task.path())) {
        held_.push_back(thread);
      } else {
        ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
      }
    }
  }
}

HeldThreads::~HeldThreads() {
  for (const pid_t thread : held_) ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
}

}  // namespace twinledger::testing
