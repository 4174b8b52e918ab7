#include "twinledger/outbox/submission.h"

#include <fmt/format.h>

namespace twinledger::client {

using engagement::v1::SubmitRecordRequest;

outbox::v1::Entry EntryOf(const SubmitRecordRequest& request, WallTime now) {
  outbox::v1::Entry entry;
  entry.set_id(request.request_id());
  entry.set_method(kSubmitMethod);
  entry.set_request(request.SerializeAsString());
  entry.set_queue_time_us(now.time_since_epoch().count());
  entry.set_state(outbox::v1::STATE_WAITING);
  return entry;
}

Result<SubmitRecordRequest> SubmissionIn(const outbox::v1::Entry& entry) {
  if (entry.method() != kSubmitMethod) {
    return Error{.code = Code::kUnimplemented,
                 .message = fmt::format("{} was queued for {} by a later twinledger: send it with "
                                        "that",
                                        entry.id(), entry.method()),
                 .reason = "ENTRY_NEWER",
                 .metadata = {{"id", entry.id()}, {"method", entry.method()}}};
  }
  SubmitRecordRequest request;
  if (request.ParseFromString(entry.request())) return request;
  return Error{.code = Code::kDataLoss,
               .message = fmt::format(
                   "{}: its request cannot be read: submit it anew, then drop it", entry.id()),
               .reason = "ENTRY_DAMAGED",
               .metadata = {{"id", entry.id()}}};
}

SubmissionSummary SummaryOf(const SubmitRecordRequest& request) {
  const auto& record = request.record();
  const auto& contents = *record.GetDescriptor()->oneof_decl(0);
  const auto* content = record.GetReflection()->GetOneofFieldDescriptor(record, &contents);
  return {.command = "engagement submit",
          .kind = content == nullptr ? "" : content->name(),
          .council = request.parent(),
          .record = fmt::format("{}/records/{}", request.parent(), request.record_id())};
}

outbox::v1::Answer AnswerOf(const Error& error, WallTime now) {
  outbox::v1::Answer answer;
  answer.set_code(static_cast<int>(error.code));
  answer.set_reason(error.reason);
  answer.set_message(error.message);
  for (const FieldViolation& violation : error.violations) {
    auto& added = *answer.add_violations();
    added.set_field(violation.field);
    added.set_description(violation.description);
  }
  answer.set_time_us(now.time_since_epoch().count());
  return answer;
}

Error ErrorIn(const outbox::v1::Answer& answer) {
  Error error{.code = static_cast<Code>(answer.code()),
              .message = answer.message(),
              .reason = answer.reason()};
  for (const auto& violation : answer.violations()) {
    error.violations.push_back({violation.field(), violation.description()});
  }
  return error;
}

}  // namespace twinledger::client
