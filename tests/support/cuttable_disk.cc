#include "tests/support/cuttable_disk.h"

#include <fcntl.h>
#include <linux/ioctl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "platform/base/check.h"

namespace twinledger::support {
namespace {

// Of the kernel's fs/ext4/ext4.h: its headers for programs leave them out.
constexpr unsigned long kExt4Shutdown = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t kWithoutTheJournal = 2;

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kLook{10};

[[noreturn]] void GiveUp(const std::string& what) {
  std::fprintf(stderr,
               "%s failed: a disk whose power can be cut needs root, loop devices and the right "
               "to mount; in a container run it privileged and with the host's /dev, in a chroot "
               "bind /dev: mount --bind /dev CHROOT/dev\n",
               what.c_str());
  TL_CHECK(false);
  std::abort();
}

void Run(const std::string& command) {
  if (std::system(command.c_str()) != 0) GiveUp(command);
}

void LeaveTheMountsOfOthers() {
  if (unshare(CLONE_NEWNS) != 0) GiveUp("unshare(CLONE_NEWNS)");
  // Refused where the root is no mount of its own, as in a chroot: then the destructor is all that
  // unmounts.
  static_cast<void>(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
}

}  // namespace

CuttableDisk::CuttableDisk(std::filesystem::path image, std::filesystem::path place,
                           std::uint64_t bytes)
    : image_(std::move(image)), place_(std::move(place)) {
  LeaveTheMountsOfOthers();
  std::filesystem::create_directories(place_);
  std::ofstream(image_).close();
  std::filesystem::resize_file(image_, bytes);
  Run("mkfs.ext4 -q -F -m 0 " + image_.string());
  Run("mount -o loop " + image_.string() + " " + place_.string());
  std::filesystem::remove(place_ / "lost+found");  // To Kafka it is a topic with a wrong name.
  Sync();
}

CuttableDisk::~CuttableDisk() { umount2(place_.c_str(), MNT_DETACH); }

void CuttableDisk::Fill(std::uint64_t left) const {
  constexpr std::uint64_t kLeastStep = 4096;
  const int file = open((place_ / "filling").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  TL_CHECK(file >= 0);
  const auto free = [this] { return std::filesystem::space(place_).free; };
  struct stat status {};
  TL_CHECK(fstat(file, &status) == 0);
  auto end = status.st_size;
  // What others write meanwhile is in the way: ever smaller pieces, until not one has room.
  for (std::uint64_t step = free(); step >= kLeastStep && free() > left;) {
    const std::uint64_t wanted = std::min<std::uint64_t>(step, free() - left);
    if (wanted > 0 && posix_fallocate(file, end, static_cast<off_t>(wanted)) == 0) {
      end += static_cast<off_t>(wanted);
    } else {
      step /= 2;
    }
  }
  close(file);
}

void CuttableDisk::Free() const { std::filesystem::remove(place_ / "filling"); }

void CuttableDisk::Sync() const { Run("sync -f " + place_.string()); }

void CuttableDisk::CutPower() const {
  const int directory = open(place_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  TL_CHECK(directory >= 0);
  std::uint32_t how = kWithoutTheJournal;
  if (ioctl(directory, kExt4Shutdown, &how) != 0) GiveUp("EXT4_IOC_SHUTDOWN");
  close(directory);
}

void CuttableDisk::PowerOn() const {
  // A process that was killed may still be closing its files.
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (umount2(place_.c_str(), 0) != 0) {
    if (errno != EBUSY || std::chrono::steady_clock::now() > give_up) GiveUp("umount");
    std::this_thread::sleep_for(kLook);
  }
  Run("mount -o loop " + image_.string() + " " + place_.string());
}

}  // namespace twinledger::support
