// Whatever way a view comes to a position, it has the same rows and the same digest there.
// Histories, interleavings and crashes are drawn by RapidCheck.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/projection/cursor.h"
#include "platform/projection/partition_view.h"
#include "platform/projection/platform_tables.h"
#include "platform/store/memory_store.h"
#include "platform/store/sorted_run.h"
#include "tests/support/tally_history.h"
#include "tests/support/tally_projection.h"

namespace twinledger::projection {
namespace {

using testing::TallyCommit;
using testing::TallyHistory;
using testing::TallyProjection;

constexpr std::uint32_t kPartitions = 2;

TallyHistory AnyHistory() {
  TallyHistory history(kPartitions);
  const int records = *rc::gen::inRange(0, 12);
  for (int i = 0; i < records; ++i) {
    const auto partition = *rc::gen::inRange(0u, kPartitions);
    if (*rc::gen::inRange(0, 5) == 0) {
      history.AddBytes(partition, "no record");
      continue;
    }
    std::vector<TallyCommit> commits(*rc::gen::inRange(1u, 4u));
    for (TallyCommit& commit : commits) {
      commit.entity = *rc::gen::inRange(0, 3);
      commit.words =
          *rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(
                                  rc::gen::element<std::string>("a", "b", "c", "forget", "?")));
    }
    history.Add(partition, commits);
  }
  return history;
}

// Two views on one store, as a runner has them.
class Views {
 public:
  Views(store::KeyValueStore& store, const TallyHistory& history) : history_(history) {
    for (std::uint32_t i = 0; i < kPartitions; ++i) {
      views_.push_back(
          *PartitionView::Open(store, projection_, history.founding(), TallyHistory::Id(i)));
    }
  }

  PartitionView& operator[](std::uint32_t partition) { return *views_[partition]; }
  bool AtEnd(std::uint32_t partition) const {
    return views_[partition]->next_offset() == history_.records(partition).size();
  }
  void Step(std::uint32_t partition) {
    const auto consumed =
        views_[partition]->Consume(history_.Read(partition, views_[partition]->next_offset()));
    RC_ASSERT(consumed.ok());
  }
  void ReadOn() {
    for (std::uint32_t i = 0; i < kPartitions; ++i) {
      while (!AtEnd(i)) Step(i);
    }
  }

 private:
  const TallyHistory& history_;
  const TallyProjection projection_;
  std::vector<std::unique_ptr<PartitionView>> views_;
};

std::map<std::string, std::string, std::less<>> Rebuilt(const TallyHistory& history) {
  store::MemoryStore store;
  Views(store, history).ReadOn();
  return store.Rows();
}

RC_GTEST_PROP(RebuildProperty, AnyInterleavingWithAnyCrashesEqualsARebuild, ()) {
  const TallyHistory history = AnyHistory();
  auto store = std::make_unique<store::MemoryStore>();
  auto views = std::make_unique<Views>(*store, history);
  while (!views->AtEnd(0) || !views->AtEnd(1)) {
    const auto partition = *rc::gen::inRange(0u, kPartitions);
    if (!views->AtEnd(partition)) views->Step(partition);
    if (*rc::gen::inRange(0, 4) > 0) continue;
    auto left = std::make_unique<store::MemoryStore>(*store);
    views = std::make_unique<Views>(*left, history);
    store = std::move(left);
    // Void records behind the cursor are read again, so an end that was reached may not be.
    if (*rc::gen::inRange(0, 4) == 0) views->ReadOn();
  }
  const bool equal = store->Rows() == Rebuilt(history);
  RC_ASSERT(equal);  // Not the rows themselves: a page of bytes says nothing to a reader.
}

RC_GTEST_PROP(RebuildProperty, BulkEqualsOneBatchARecord, ()) {
  const TallyHistory history = AnyHistory();
  store::MemoryStore store;
  Views views(store, history);
  RC_ASSERT(views[0].SetBulk(true).ok());
  RC_ASSERT(views[1].SetBulk(true).ok());
  views.ReadOn();
  RC_ASSERT(store.Rows().empty());
  if (*rc::gen::arbitrary<bool>()) {  // As one, or each by itself.
    std::vector<std::shared_ptr<const store::SortedRun>> runs;
    for (std::uint32_t i = 0; i < kPartitions; ++i) {
      if (auto run = views[i].TakePending()) runs.push_back(std::move(run));
    }
    RC_ASSERT(store.Ingest(store::SortedRun::Join(std::move(runs))).ok());
  }
  RC_ASSERT(views[0].SetBulk(false).ok());
  RC_ASSERT(views[1].SetBulk(false).ok());
  const bool equal = store.Rows() == Rebuilt(history);
  RC_ASSERT(equal);
}

RC_GTEST_PROP(RebuildProperty, TheDigestIsThatOfTheRows, ()) {
  const TallyHistory history = AnyHistory();
  store::MemoryStore store;
  Views views(store, history);
  views.ReadOn();
  std::vector<store::StateDigest> digests(kPartitions);
  std::vector<std::uint64_t> rows(kPartitions);
  const std::string cursors = store::EncodeRowKey(kCursorTable, {});
  for (const auto& [key, value] : store.Rows()) {
    if (key.starts_with(cursors)) continue;
    // Behind flag, length and "registry", in two bytes.
    const auto partition = static_cast<std::size_t>(value[11]);
    digests[partition].Add(key, value);
    ++rows[partition];
  }
  for (std::uint32_t i = 0; i < kPartitions; ++i) {
    RC_ASSERT(views[i].digest() == digests[i]);
    RC_ASSERT(views[i].rows() == rows[i]);
  }
}

RC_GTEST_PROP(AsOfProperty, APastCutShowsWhatAViewThatStoppedThereHas, ()) {
  const TallyHistory history = AnyHistory();
  store::MemoryStore whole;
  Views(whole, history).ReadOn();
  store::MemoryStore past;
  Views views(past, history);
  store::Cut cut;
  for (std::uint32_t i = 0; i < kPartitions; ++i) {
    const auto records = *rc::gen::inRange<std::size_t>(0, history.records(i).size() + 1);
    for (std::size_t read = 0; read < records; ++read) views.Step(i);
    cut[TallyHistory::Id(i)] = views[i].chain().sequence;
  }
  for (const store::TableId table : {TallyProjection::kEntities, TallyProjection::kWords,
                                     kCommits.id, kRequests.id, kParked.id}) {
    const auto rows_of = [table](const store::CutReader& reader) {
      std::map<store::RowKey, std::string> rows;
      RC_ASSERT(reader
                    .Scan(table, {}, {},
                          [&](const store::RowVersion& row) {
                            rows[row.key] = row.bytes;
                            return true;
                          })
                    .ok());
      return rows;
    };
    RC_ASSERT(rows_of(store::CutReader(whole, cut)) == rows_of(store::CutReader(past)));
  }
}

}  // namespace
}  // namespace twinledger::projection
