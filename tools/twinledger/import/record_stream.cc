#include "twinledger/import/record_stream.h"

#include "platform/rpc/errors.h"

namespace twinledger::client {
namespace {

using engagement::v1::ImportRecordsResponse;

constexpr const char* kImportRecords = "/twinledger.engagement.v1.EngagementService/ImportRecords";

// One window of rows, over as many streams as it takes.
struct Sending {
  const std::vector<RecordStream::Row>& rows;
  std::vector<SentRow> sent;
  std::vector<std::size_t> order = {};  // Of this stream: places of rows without an answer.
  std::size_t next = 0;
  std::size_t answered = 0;
  bool stopped = false;

  void Begin() {
    order.clear();
    next = 0;
    for (std::size_t place = 0; place < rows.size(); ++place) {
      if (!sent[place].answer) order.push_back(place);
    }
  }
  const RecordStream::Row* Next() {
    if (stopped || next == order.size()) return nullptr;
    const std::size_t place = order[next++];
    sent[place].sent = true;
    return &rows[place];
  }
  void Take(const ImportRecordsResponse& told) {
    if (told.row() == 0 || told.row() > order.size()) return;
    std::optional<Result<void>>& answer = sent[order[told.row() - 1]].answer;
    if (told.has_recorded()) answer.emplace();
    if (told.has_refused()) answer.emplace(rpc::FromRpcStatus(told.refused()));
    if (answer) ++answered;
  }
};

}  // namespace

std::vector<SentRow> RecordStream::Send(const std::string& council, const std::vector<Row>& rows,
                                        const Tick& tick) {
  Sending sending{rows, std::vector<SentRow>(rows.size())};
  if (rows.empty() || !is_known_) return std::move(sending.sent);
  ImportRecordsResponse told;
  const Result<void> done = connection_.Exchange(kImportRecords, council,
                                                 {.begin = [&] { sending.Begin(); },
                                                  .next = [&] { return sending.Next(); },
                                                  .answer = told,
                                                  .take = [&] { sending.Take(told); },
                                                  .tick =
                                                      [&] {
                                                        if (!tick(sending.answered))
                                                          sending.stopped = true;
                                                      }});
  if (!done && done.error().code == Code::kUnimplemented) is_known_ = false;
  return std::move(sending.sent);
}

}  // namespace twinledger::client
