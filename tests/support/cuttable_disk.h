// A disk of the test's own whose power can be cut: ext4 in a file, on a loop device.
//
//   CutPower  nothing gets to the disk any more, and what was not synced is gone for good; whoever
//             has files open gets EIO
//   PowerOn   mounted anew, as after the machine's restart, which replays its journal
//
// It is mounted in a namespace of the process and of what it starts from then on, and is gone with
// them, whatever becomes of the test. It needs root and loop devices.
#pragma once

#include <cstdint>
#include <filesystem>

namespace twinledger::support {

// Threads: confined to one, the one that starts all others and all processes that use the disk.
class CuttableDisk {
 public:
  static constexpr std::uint64_t kBytes = std::uint64_t{512} << 20;

  // Empty, and mounted at `place`, which is made. `image` is the file that it lies in, which takes
  // no more room than what is written. Aborts the test, and says what is to be done, where it
  // cannot be had.
  CuttableDisk(std::filesystem::path image, std::filesystem::path place,
               std::uint64_t bytes = kBytes);
  ~CuttableDisk();
  CuttableDisk(const CuttableDisk&) = delete;
  CuttableDisk& operator=(const CuttableDisk&) = delete;

  // Takes all the room but `left`, and gives it back.
  void Fill(std::uint64_t left = 0) const;
  void Free() const;

  void Sync() const;  // What was written until now.
  void CutPower() const;
  // Whoever had files open has ended.
  void PowerOn() const;

 private:
  const std::filesystem::path image_;
  const std::filesystem::path place_;
};

}  // namespace twinledger::support
