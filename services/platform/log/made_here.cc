#include "platform/log/made_here.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/base/check.h"

namespace twinledger::log {
namespace {

class MadeRecords {
 public:
  void Note(const ReadRecord& made) {
    TL_CHECK(made.parsed() && made.verified());
    std::vector<ReadRecord> oldest;  // Freed behind the lock.
    const std::lock_guard lock(mutex_);
    records_.push_back(made);
    bytes_ += made.bytes().size();
    while (records_.size() > kRecordsMost || bytes_ > kBytesMost) {
      bytes_ -= records_.front().bytes().size();
      oldest.push_back(std::move(records_.front()));
      records_.pop_front();
    }
  }

  std::optional<ReadRecord> Take(Offset offset, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        records_, [bytes](const ReadRecord& record) { return record.bytes() == bytes; });
    if (found == records_.end()) return std::nullopt;
    ReadRecord taken = found->At(offset);
    bytes_ -= bytes.size();
    records_.erase(found);
    return taken;
  }

 private:
  // A feed is some ten records behind the writers. Parsed, they take four times as much.
  static constexpr std::size_t kRecordsMost = 64;
  static constexpr std::size_t kBytesMost = std::size_t{1} << 20;

  std::mutex mutex_;
  std::deque<ReadRecord> records_;
  std::size_t bytes_ = 0;
};

MadeRecords& Records() {
  static auto* const records =  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
      new MadeRecords;
  return *records;
}

}  // namespace

void NoteMadeHere(const ReadRecord& made) { Records().Note(made); }

std::optional<ReadRecord> TakeMadeHere(Offset offset, std::string_view bytes) {
  return Records().Take(offset, bytes);
}

}  // namespace twinledger::log
