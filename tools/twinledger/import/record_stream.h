// Writes of records as rows of one stream, which costs a fraction of a call each.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"
#include "twinledger/engagement/v1/import_records.pb.h"

namespace twinledger::client {

// What became of a row. One without an answer may be recorded if it was sent, and is to be sent
// again, on a stream or by a call of its own.
struct SentRow {
  bool sent = false;
  std::optional<Result<void>> answer;
};

// Threads: confined to one.
class RecordStream {
 public:
  explicit RecordStream(Connection& connection) : connection_(connection) {}  // Must outlive it.

  using Row = engagement::v1::ImportRecordsRequest;
  using Tick = std::function<bool(std::size_t answered)>;  // False: send no more.

  // Sends the rows, all of one council, and those without an answer again where a stream broke off,
  // as Connection::Exchange says. Why it gave up is for the calls that follow to say.
  std::vector<SentRow> Send(const std::string& council, const std::vector<Row>& rows,
                            const Tick& tick);

 private:
  Connection& connection_;
  bool is_known_ = true;  // Not to a server that is older: it is not asked again.
};

}  // namespace twinledger::client
