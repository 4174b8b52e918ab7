#include "platform/projection/unstored_rows.h"

#include <memory>
#include <utility>

#include "platform/store/sorted_run.h"

namespace twinledger::projection {
namespace {

constexpr std::size_t kRecordsAWriteMax = 256;

// What the views fold in memory before they store, all together: a server may rebuild four
// projections at once, and each of them needs as much again for what is being stored.
constexpr std::size_t kPendingOfAllBytesMax = std::size_t{96} << 20;

// False if one of them has no room.
bool NoteStored(const std::vector<PartitionView*>& views, const Result<void>& stored) {
  bool room = true;
  for (PartitionView* const view : views) {
    view->NoteStored(stored);
    room = room && !view->no_room();
  }
  return room;
}

}  // namespace

void UnstoredRows::Begin() {
  for (PartitionView* const view : views_) view->SetGathering(true);
}

void UnstoredRows::End() {
  for (PartitionView* const view : views_) view->SetGathering(false);
}

bool UnstoredRows::Took() { return ++records_ < kRecordsAWriteMax || Store(); }

bool UnstoredRows::Store() {
  records_ = 0;
  std::vector<PartitionView*> views;
  std::vector<const store::Batch*> batches;
  for (PartitionView* const view : views_) {
    if (view->gathered().empty()) continue;
    views.push_back(view);
    batches.push_back(&view->gathered());
  }
  if (views.empty()) return true;
  const Result<void> stored = store_.WriteAll(batches);
  const bool room = NoteStored(views, stored);
  // What is damaged has its rows stored up to there. What cannot be stored is not tried again.
  std::erase_if(views_, [](const PartitionView* view) {
    return view->stopped() && !view->gathered().empty() && !view->no_room();
  });
  return room;
}

bool UnstoredRows::TookInBulk() {
  std::size_t pending = 0;
  for (const PartitionView* const view : views_) pending += view->pending_bytes();
  return pending < kPendingOfAllBytesMax || StoreBulk();
}

bool UnstoredRows::StoreBulk() {
  if (!SettleBulk()) return false;
  std::vector<std::shared_ptr<const store::SortedRun>> runs;
  for (PartitionView* const view : views_) {
    if (auto run = view->TakePending()) runs.push_back(std::move(run));
  }
  // SettleBulk tells what came of it.
  if (!runs.empty()) static_cast<void>(store_.Ingest(store::SortedRun::Join(std::move(runs))));
  return true;
}

bool UnstoredRows::SettleBulk() { return NoteStored(views_, store_.Settle()); }

}  // namespace twinledger::projection
