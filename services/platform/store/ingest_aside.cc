#include "platform/store/ingest_aside.h"

#include <algorithm>
#include <utility>

#include "platform/store/row_format.h"
#include "platform/store/sorted_run.h"
#include "platform/store/stacked.h"

namespace twinledger::store {

IngestAside::~IngestAside() {
  if (stored_.valid()) stored_.wait();
}

Result<std::optional<std::string>> IngestAside::Get(std::string_view key) const {
  if (above_ != nullptr) {
    TL_TRY(std::optional<std::string> value, above_->Get(key));
    if (value) return value;
  }
  return store_.Get(key);
}

std::unique_ptr<Iterator> IngestAside::NewIterator() const {
  if (above_ == nullptr) return store_.NewIterator();
  return Stack(above_->NewIterator(), store_.NewIterator());
}

std::unique_ptr<Iterator> IngestAside::NewLookup() const {
  if (above_ == nullptr) return store_.NewLookup();
  return StackLookup(above_->NewLookup(), store_.NewLookup());
}

bool IngestAside::MayHold(std::string_view row) const {
  return !IsOfEmptyTable(row) && (!rows_ || rows_->MayHold(row));
}

Result<void> IngestAside::WatchTable(TableId table) {
  empty_table_.clear();
  std::string beginning = EncodeRowKey(table, {});
  const std::unique_ptr<Iterator> at = NewIterator();
  at->Seek(beginning);
  if (!at->Valid()) TL_TRY_VOID(at->status());
  if (!at->Valid() || !at->key().starts_with(beginning)) empty_table_ = std::move(beginning);
  return {};
}

Result<void> IngestAside::Settle() {
  if (stored_.valid()) outcome_ = stored_.get();
  if (!outcome_.ok() && outcome_.error().code == Code::kResourceExhausted) {
    outcome_ = store_.Ingest(above_);
  }
  if (outcome_.ok()) above_.reset();
  return outcome_;
}

Result<void> IngestAside::Ingest(std::shared_ptr<const SortedRun> rows) {
  TL_TRY_VOID(Settle());
  const auto of_table = std::ranges::lower_bound(rows->rows(), empty_table_, {}, &KeyValue::key);
  if (of_table != rows->rows().end() && IsOfEmptyTable(of_table->key)) empty_table_.clear();
  if (rows_) {
    // Versions of a row lie beside each other. A key that is none of a row adds one that nobody
    // asks for.
    std::string_view before;
    for (const KeyValue& version : rows->rows()) {
      const std::string_view row = RowOf(version.key);
      if (row != before) rows_->Add(row);
      before = row;
    }
  }
  above_ = std::move(rows);
  stored_ = std::async(std::launch::async,
                       [&store = store_, rows = above_] { return store.Ingest(rows); });
  return {};
}

Result<void> IngestAside::Write(const Batch& batch) {
  const Batch* const one = &batch;
  return WriteAll({&one, 1});
}

Result<void> IngestAside::WriteAll(std::span<const Batch* const> batches) {
  TL_TRY_VOID(Settle());
  for (const Batch* const batch : batches) {
    const auto of_table = batch->lower_bound(empty_table_);
    if (of_table != batch->end() && IsOfEmptyTable(of_table->first)) empty_table_.clear();
  }
  return store_.WriteAll(batches);
}

}  // namespace twinledger::store
