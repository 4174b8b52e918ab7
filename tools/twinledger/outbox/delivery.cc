#include "twinledger/outbox/delivery.h"

#include <algorithm>
#include <set>
#include <utility>

#include "twinledger/outbox/submission.h"

namespace twinledger::client {

using engagement::v1::SubmitRecordRequest;
using engagement::v1::SubmitRecordResponse;

Delivery::Delivery(Outbox& outbox, const Clock& clock, Send send, Told told)
    : outbox_(outbox), clock_(clock), send_(std::move(send)), told_(std::move(told)) {}

DeliveryReport Delivery::Flush(const std::optional<EntryName>& last) {
  DeliveryReport report;
  std::set<EntryName> seen;
  bool going = true;
  while (going) {
    const Result<std::vector<EntryName>> names = outbox_.Names();
    if (!names) {
      report.stopped = names.error();
      break;
    }
    going = false;  // Unless there are new ones.
    for (const EntryName& name : *names) {
      if (last && *last < name) break;
      if (!seen.insert(name).second) continue;
      going = Deliver(name, report);
      if (!going) break;
    }
  }
  const Result<std::vector<EntryName>> left = outbox_.Names();
  if (left) report.waiting = left->size() - std::min(left->size(), report.unreadable.size());
  return report;
}

bool Delivery::Deliver(const EntryName& name, DeliveryReport& report) {
  Result<outbox::v1::Entry> entry = outbox_.Load(name);
  if (!entry && entry.error().reason == "ENTRY_GONE") return true;
  const Result<SubmitRecordRequest> request =
      entry ? SubmissionIn(*entry) : Result<SubmitRecordRequest>(entry.error());
  if (!request) {
    report.unreadable.push_back({name, request.error()});
    return true;
  }
  if (entry->state() == outbox::v1::STATE_REFUSED) {
    report.held_by = *std::move(entry);
    return false;
  }
  const Result<void> sent = SendOne(name, *std::move(entry), *request);
  if (sent) {
    ++report.delivered;
  } else {
    report.stopped = sent.error();
  }
  return sent.ok();
}

Result<void> Delivery::Retry(const EntryName& name, const std::string& new_request_id) {
  TL_TRY(outbox::v1::Entry entry, outbox_.Load(name));
  TL_TRY(SubmitRecordRequest request, SubmissionIn(entry));
  if (entry.state() == outbox::v1::STATE_REFUSED) {
    request.set_request_id(new_request_id);
    entry.set_request(request.SerializeAsString());
    entry.set_state(outbox::v1::STATE_WAITING);
    TL_TRY_VOID(outbox_.Replace(name, entry));
  }
  return SendOne(name, std::move(entry), request);
}

Result<void> Delivery::SendOne(const EntryName& name, outbox::v1::Entry entry,
                               const SubmitRecordRequest& request) {
  Result<SubmitRecordResponse> answer = send_(request);
  entry.set_tries(entry.tries() + 1);
  if (!answer) {
    const bool refused = VerdictOf(answer.error()) == Verdict::kRefused;
    if (refused) entry.set_state(outbox::v1::STATE_REFUSED);
    *entry.mutable_last_answer() = AnswerOf(answer.error(), clock_.Now());
  }
  const Sent sent{std::move(entry), request, std::move(answer)};
  // Told first: the answer is worth more than what a disk has against noting it.
  told_(sent);
  if (sent.answer) return outbox_.Remove(name);
  TL_TRY_VOID(outbox_.Replace(name, sent.entry));
  return sent.answer.error();
}

}  // namespace twinledger::client
