// A disk of the test's own whose power can be cut: ext4 in a file, on a loop device.
//
//   CutPower  nothing gets to the disk any more, and what was not synced is gone for good; whoever
//             has files open gets EIO
//   PowerOn   mounted anew, as after the machine's restart, which replays its journal
//
// It is mounted in a namespace of the process and of what it starts from then on, and is gone with
// them, whatever becomes of the test. It needs root and loop devices.
#pragma once

#include <filesystem>

namespace twinledger::support {

// Threads: confined to one, the one that starts all others and all processes that use the disk.
class CuttableDisk {
 public:
  // Empty, and mounted at `place`, which is made. `image` is the file that it lies in. Aborts the
  // test, and says what is to be done, where it cannot be had.
  CuttableDisk(std::filesystem::path image, std::filesystem::path place);
  ~CuttableDisk();
  CuttableDisk(const CuttableDisk&) = delete;
  CuttableDisk& operator=(const CuttableDisk&) = delete;

  void Sync() const;  // What was written until now.
  void CutPower() const;
  // Whoever had files open has ended.
  void PowerOn() const;

 private:
  const std::filesystem::path image_;
  const std::filesystem::path place_;
};

}  // namespace twinledger::support
