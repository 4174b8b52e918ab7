// Which of a projection's folders holds the store that serves it: one that was built anew while the
// server ran takes the place of another, whose files are still read.
//
//   projections/registry            the first
//   projections/registry.2, .3 ...  one that took a place, or was on its way to when the server
//   ended projections/registry.serving    names the one; absent: the first
//
// A crash leaves the name of the one before or of the one after; either catches up from the log.
#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.h"

namespace twinledger::projection {

// Threads: confined to one.
class ServingFolder {
 public:
  ServingFolder(std::filesystem::path projections, std::string name)
      : projections_(std::move(projections)), name_(std::move(name)) {}

  // The one that serves. What names none counts as absent.
  std::filesystem::path Current() const;

  // One for a store that may take its place: it is not there.
  std::filesystem::path Next() const;

  // From now on, after a crash too. FILE_ERROR: the one before still is.
  Result<void> SetCurrent(const std::filesystem::path& folder) const;

  // Removes all others, which nobody has open if the current one was to be had. What cannot be
  // removed stays.
  void RemoveOthers() const;

 private:
  bool IsOurs(const std::string& folder) const;
  std::filesystem::path pointer() const { return projections_ / (name_ + ".serving"); }

  const std::filesystem::path projections_;
  const std::string name_;
};

}  // namespace twinledger::projection
