// Rows with the version that they are: what clients read, name by an etag and walk through.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "platform/store/table.h"

namespace twinledger::store {

// A row, and the version that it is.
template <class Row>
struct Versioned {
  Row row;
  log::PartitionId partition = {};
  log::Sequence sequence = 0;
  std::string etag = {};
};

// Hex of the first 16 bytes of SHA-256(row bytes || sequence, u64be).
std::string EtagOf(const RowVersion& version);

// Answers false to end.
template <class Row>
using VisitRow = std::function<bool(Versioned<Row>)>;

template <class Row>
Result<Versioned<Row>> ReadVersion(const Table<Row>& table, const RowVersion& version) {
  Versioned<Row> read;
  if (!read.row.ParseFromString(version.bytes)) return UnreadableRow(table.name, version.key);
  read.partition = version.partition;
  read.sequence = version.sequence;
  read.etag = EtagOf(version);
  return read;
}

template <class Row>
Result<std::optional<Versioned<Row>>> FindVersioned(const RowReader& rows, const Table<Row>& table,
                                                    const RowKey& key) {
  TL_TRY(const std::optional<RowVersion> version, rows.Find(table.id, key));
  if (!version) return std::optional<Versioned<Row>>();
  TL_TRY(Versioned<Row> read, ReadVersion(table, *version));
  return std::optional<Versioned<Row>>(std::move(read));
}

// Those whose keys begin with `prefix` and are behind `after`, until `visit` answers false: then it
// is false itself.
template <class Row>
Result<bool> VisitVersioned(const RowReader& rows, const Table<Row>& table, const RowKey& prefix,
                            const RowKey& after, const VisitRow<Row>& visit) {
  bool goes_on = true;
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Scan(table.id, prefix, after, [&](const RowVersion& version) {
    if (version.key == after) return true;
    Result<Versioned<Row>> read = ReadVersion(table, version);
    if (read) {
      goes_on = visit(*std::move(read));
    } else {
      unreadable = read.error();
    }
    return goes_on && !unreadable;
  }));
  if (unreadable) return *std::move(unreadable);
  return goes_on;
}

// All versions of one row within the reader's cut, newest first.
template <class Row>
Result<std::vector<Versioned<Row>>> AllVersions(const CutReader& rows, const Table<Row>& table,
                                                const RowKey& key) {
  std::vector<Versioned<Row>> versions;
  std::optional<Error> unreadable;
  TL_TRY_VOID(rows.Versions(table.id, key, [&](const RowVersion& version) {
    Result<Versioned<Row>> read = ReadVersion(table, version);
    if (read) {
      versions.push_back(*std::move(read));
    } else {
      unreadable = read.error();
    }
    return !unreadable;
  }));
  if (unreadable) return *std::move(unreadable);
  return versions;
}

}  // namespace twinledger::store
