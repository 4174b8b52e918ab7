// Brings the engagements of councils to what a file says: submits what is missing, amends what
// differs, leaves the rest.
//
//   check the whole file -> donors, records, window by window: what is there already by 64 reads at
//                           a time, or a list; what is to be written by a stream of rows
//                        -> devices, once every journey of the file is there
//
// A row that has no answer by the stream is sent by a call of its own, as the same request: so it
// goes on at a server that is older.
//
// Nothing is sent of a file with a row that is wrong by itself, unless those are to be skipped. A
// field that was amended by hand since an import last wrote it is not amended back: it stays as it
// is while the file stays as it was, and where the file has changed too its row is a problem. An
// import that was interrupted is resumed by running it again. Memory does not grow with the file
// but as RecordFile says, and by some 70 bytes for each record that its councils have, of 200,000
// at most.
#pragma once

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/import/importer.h"
#include "twinledger/import/record_check.h"
#include "twinledger/import/record_file.h"
#include "twinledger/import/report.h"

namespace twinledger::client {

// REQUIRES: what was checked is not held back, or is only validated. Counts are of records: one may
// have several rows.
Result<ImportReport> ImportRecords(Connection& connection, const Clock& clock, RecordFile& file,
                                   CheckedRecords checked, const ImportOptions& options,
                                   const ImportWatch& watch);

}  // namespace twinledger::client
