// Whether the files of a data directory are as a server left them when it stopped as it should.
// What is so was whole then, and need not be read again before it is served.
//
//   clean_stop   a line for each folder: <hash> <folder>
//                hash := of name, inode, size and time of the last change (ctime) of each of its
//                files
//
// It is written last and taken away first: a server that is killed leaves none. A folder with a
// file that was written, copied or brought back since is not as it was left, for no program can set
// that time. A disk that forgets leaves no such trace.
//
// Threads: all confined to one.
#pragma once

#include <filesystem>
#include <set>

#include "platform/base/data_directory.h"
#include "platform/base/result.h"

namespace twinledger::server {

class CleanStop {
 public:
  CleanStop() = default;  // There was none: nothing is as it was left.

  // Reads it and takes it away, before anything is opened: gone from the disk when this returns.
  // Errors of the disk that keep it there.
  static Result<CleanStop> Take(const DataDirectory& data);

  // `folder` is data.log(), or data.projection() of something.
  bool Left(const std::filesystem::path& folder) const { return left_.contains(folder); }

 private:
  std::set<std::filesystem::path> left_;
};

// When all files are closed. On the disk when it returns; errors as WritePrivateFile.
Result<void> MarkCleanStop(const DataDirectory& data);

}  // namespace twinledger::server
