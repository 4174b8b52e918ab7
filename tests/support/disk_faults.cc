#include "tests/support/disk_faults.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "platform/base/check.h"

namespace twinledger::support {

DiskFaults::DiskFaults(const std::filesystem::path& folder) : file_(folder / "disk_faults") {
  const int file = open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  TL_CHECK(file >= 0 && ftruncate(file, sizeof(DiskPlan)) == 0);
  void* const page = mmap(nullptr, sizeof(DiskPlan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  TL_CHECK(page != MAP_FAILED);
  close(file);
  plan_ = static_cast<DiskPlan*>(page);
}

DiskFaults::~DiskFaults() { munmap(plan_, sizeof(DiskPlan)); }

std::vector<std::string> DiskFaults::environment() const {
  return {std::string("LD_PRELOAD=") + TWINLEDGER_DISK_FAULTS_LIBRARY,
          std::string(kDiskFaultsVariable) + "=" + file_.string()};
}

void DiskFaults::Set(const Strike& strike) {
  plan_->fault = DiskFault::kNone;
  TL_CHECK(strike.path.size() < plan_->path.size());
  plan_->path.fill('\0');
  std::ranges::copy(strike.path, plan_->path.begin());
  plan_->calls_meant = static_cast<std::uint32_t>(strike.calls);
  plan_->error_number = strike.error_number;
  plan_->at = strike.at;
  plan_->met = 0;
  plan_->struck = 0;
  plan_->struck_path.fill('\0');
  plan_->fault = strike.fault;
}

bool DiskFaults::WaitUntilStruck(std::chrono::seconds limit) const {
  constexpr std::chrono::milliseconds kLook{5};
  const auto until = std::chrono::steady_clock::now() + limit;
  while (struck() == 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

}  // namespace twinledger::support
