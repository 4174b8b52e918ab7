// What the views of a runner have made of records and not stored yet. All of them store together: a
// write costs as much as some rows, and files that are few and large are merged less by RocksDB
// later.
//
//   Begin --> views take records --Took, at a bound--> Store --stored---> readers see it
//                                '--------------------> |
//                                                       '---no room-----> it waits; Store again
//
// While much is read it is folded in memory instead (PartitionView::SetBulk), and stored by sorted
// files on a thread beside: TookInBulk, StoreBulk, and SettleBulk waits for what is on its way.
#pragma once

#include <cstddef>
#include <vector>

#include "platform/projection/partition_view.h"
#include "platform/store/ingest_aside.h"

namespace twinledger::projection {

// Threads: confined to one, the views' own. All that answers false says that the store has no room,
// and is to be called again. Views that cannot be stored for another reason are stopped.
class UnstoredRows {
 public:
  // The store of all views. It and they must outlive it.
  explicit UnstoredRows(store::IngestAside& store) : store_(store) {}

  void Add(PartitionView& view) { views_.push_back(&view); }

  // From Begin to End the views gather; before and behind, each stores by itself.
  void Begin();
  void End();

  bool Took();  // A view took a record: stores where there are many.
  bool Store();

  bool TookInBulk();
  bool StoreBulk();
  bool SettleBulk();

 private:
  store::IngestAside& store_;
  std::vector<PartitionView*> views_;
  std::size_t records_ = 0;  // Taken since the last write.
};

}  // namespace twinledger::projection
