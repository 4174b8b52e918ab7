// Many records by one call: each row is the request of SubmitRecord or AmendRecord, and is checked,
// planned and decided as that, but all rows that are there go on together: one sync for their keys,
// one task for the writer.
#include <absl/synchronization/notification.h>
#include <fmt/format.h>
#include <google/protobuf/message.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engagement/rpc/engagement_service.h"
#include "engagement/rpc/notice.h"
#include "engagement/rpc/submissions.h"
#include "google/rpc/status.pb.h"
#include "platform/base/check.h"
#include "platform/rpc/errors.h"

namespace twinledger::engagement {
namespace {

using rpc::ArrivedRow;
using rpc::DecidedRow;

constexpr std::string_view kImportRecords =
    "twinledger.engagement.v1.EngagementService/ImportRecords";

Error UnreadableRow() {
  return {.code = Code::kInvalidArgument,
          .message =
              "the row cannot be parsed: send an ImportRecordsRequest in Protocol Buffers' "
              "binary form, texts as UTF-8",
          .reason = "MESSAGE_UNREADABLE"};
}

// Whether it is said of the row, and not of an attempt.
bool IsRefusal(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kPermissionDenied:
    case Code::kFailedPrecondition:
    case Code::kAborted:
    case Code::kOutOfRange:
    case Code::kUnimplemented:
      return true;
    case Code::kResourceExhausted:  // Without a time to repeat it is too large.
      return !error.retry_after;
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kDataLoss:
    case Code::kUnauthenticated:
      return false;
  }
  return false;
}

grpc::ByteBuffer BytesOf(v1::ImportRecordsResponse& answer) {
  answer.set_notice(std::string(kNotice));
  const grpc::Slice slice(answer.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// The work of one stream. Threads: confined to the stream's.
class EngagementService::Import final : public rpc::RowWork {
 public:
  // Both must outlive it.
  Import(EngagementService& service, rpc::RowStream& stream) : service_(service), stream_(stream) {}

  void Take(std::vector<ArrivedRow> arrived) override;
  void Settle(std::vector<DecidedRow> decided) override;
  grpc::ByteBuffer Unanswered(std::uint64_t number, const Error& error) override;

 private:
  struct Row {
    std::uint64_t number = 0;
    v1::ImportRecordsRequest request = {};
    rpc::Admission by = {};
    std::optional<Error> unmet = std::nullopt;  // Of one to submit.
    Prospect prospect = NewProspect();
  };
  // What the answer to a submitted row needs.
  struct Open {
    RecordName name;
    bool validate_only = false;
    std::optional<Error> unmet;  // As of rpc::Intent.
  };

  Result<Row> Read(const ArrivedRow& arrived);
  Result<Row> Admitted(const ArrivedRow& arrived);
  Result<std::optional<Error>> UnmetOf(const v1::SubmitRecordRequest& request);
  template <class Request>
  Result<std::optional<Error>> LookForNamed(const Request& request);
  Result<void> AwaitStreams();
  void MakeKeys(std::vector<Row>& rows);
  Result<writer::Command> Plan(const Row& row);
  void Tell(std::uint64_t number, const Error& error);
  Result<void> Show(const Open& row, const writer::Outcome& outcome,
                    const store::KeyValueReader& rows, v1::RecordedRow& shown) const;

  EngagementService& service_;
  rpc::RowStream& stream_;
  std::unordered_map<std::uint64_t, Open> open_;  // By number; as many as are in flight.
  std::unordered_set<std::string> met_;  // What rows named that is there, and so there for ever.
  // Since rows were taken last: what came of waiting for what is not there.
  std::optional<Result<void>> waited_;
};

void EngagementService::Import::Take(std::vector<ArrivedRow> arrived) {
  waited_.reset();
  std::vector<Row> rows;
  for (const ArrivedRow& each : arrived) {
    if (Result<Row> row = Read(each); row) {
      rows.push_back(*std::move(row));
    } else {
      Tell(each.number, row.error());
    }
  }
  MakeKeys(rows);
  std::vector<writer::Submission> submissions;
  for (const Row& row : rows) {
    if (Result<writer::Command> command = Plan(row); command) {
      submissions.push_back(
          {*std::move(command), stream_.RowDeadline(), stream_.ReplyTo(row.number)});
    } else {
      Tell(row.number, command.error());
    }
  }
  service_.calls_.parts().writer->SubmitAll(std::move(submissions));
}

Result<EngagementService::Import::Row> EngagementService::Import::Admitted(
    const ArrivedRow& arrived) {
  Row row{arrived.number};
  grpc::ByteBuffer bytes = arrived.bytes;
  if (!grpc::SerializationTraits<v1::ImportRecordsRequest>::Deserialize(&bytes, &row.request)
           .ok()) {
    return UnreadableRow();
  }
  rpc::Violations wrong;
  const auto admit = [&](std::string_view method, const auto& request,
                         const auto& check) -> Result<void> {
    TL_TRY_VOID(rpc::CheckBytes(request.ByteSizeLong()));
    rpc::CheckWriteIds(request.request_id(), request.after(), wrong);
    const rpc::Scope scope = check(request, wrong);
    TL_TRY_VOID(wrong.Verdict());
    TL_TRY(row.by, rpc::Authorize(stream_.caller(), method, scope));
    return {};
  };
  switch (row.request.write_case()) {
    case v1::ImportRecordsRequest::kSubmit: {
      const auto check = [&row](const auto& request, rpc::Violations& found) {
        return CheckSubmit(request, found, row.prospect->kept);
      };
      TL_TRY_VOID(admit(kSubmitRecord, row.request.submit(), check));
      return row;
    }
    case v1::ImportRecordsRequest::kAmend:
      TL_TRY_VOID(admit(kAmendRecord, row.request.amend(), CheckAmend));
      return row;
    case v1::ImportRecordsRequest::WRITE_NOT_SET:
      break;
  }
  wrong.Add("write", "is missing: give what to submit or to amend");
  return wrong.Verdict().error();
}

Result<EngagementService::Import::Row> EngagementService::Import::Read(const ArrivedRow& arrived) {
  TL_TRY(Row row, Admitted(arrived));
  if (row.request.has_submit()) {
    TL_TRY(row.unmet, UnmetOf(row.request.submit()));
  } else {
    TL_TRY_VOID(LookForNamed(row.request.amend()));  // What is missing, the plan says.
  }
  return row;
}

// Rows of an import name the same few over and over.
Result<std::optional<Error>> EngagementService::Import::UnmetOf(
    const v1::SubmitRecordRequest& request) {
  constexpr std::size_t kMetMax = 4096;
  const auto all = [](const std::string&) { return true; };
  std::string named = request.parent() + " " + request.record().relationship();
  for (const Handle& handle : HandlesIn(request.record(), all)) {
    named += fmt::format(" {}:{}", static_cast<int>(handle.in), handle.id);
  }
  if (met_.contains(named)) return std::optional<Error>();
  TL_TRY(std::optional<Error> unmet, LookForNamed(request));
  if (met_.size() >= kMetMax) met_.clear();
  if (!unmet) met_.insert(std::move(named));
  return unmet;
}

// As of a call of its own; of rows that came together, the first that misses something waits.
template <class Request>
Result<std::optional<Error>> EngagementService::Import::LookForNamed(const Request& request) {
  TL_TRY(std::optional<Error> unmet, service_.UnmetOf(request));
  if (!unmet) return unmet;
  if (!waited_) {
    waited_ = AwaitStreams();
    if (*waited_) return service_.UnmetOf(request);
  }
  TL_TRY_VOID(*waited_);  // Else nobody can tell what is missing.
  return unmet;
}

Result<void> EngagementService::Import::AwaitStreams() {
  absl::Notification done;
  Result<void> reached;
  service_.calls_.AwaitStreams([&](const Result<void>& waited) {
    reached = waited;
    done.Notify();
  });
  done.WaitForNotification();
  return reached;
}

// Rows whose keys the disk refuses are told so and go no further. Of a record that several submit,
// the first has its sealer: the others read the key.
void EngagementService::Import::MakeKeys(std::vector<Row>& rows) {
  const auto needs_key = [&](const Row& row) {
    return row.request.has_submit() && !row.request.submit().validate_only() && !row.unmet &&
           MayHaveTexts(row.request.submit().record());
  };
  const auto subject_of = [&](const Row& row) -> const keyring::SubjectId& {
    return service_.TextsOf(NameIn(row.request.submit()), row.prospect).subject();
  };
  std::vector<keyring::SubjectId> subjects;
  for (const Row& row : rows) {
    if (needs_key(row)) subjects.push_back(subject_of(row));
  }
  if (subjects.empty()) return;
  Result<keyring::NewSealers> made = service_.keyring_.EnsureKeys(subjects);
  std::erase_if(rows, [&](const Row& row) {
    if (!needs_key(row)) return false;
    if (!made) {
      Tell(row.number, made.error());
      return true;
    }
    if (auto its = made->extract(subject_of(row))) row.prospect->sealer = std::move(its.mapped());
    return false;
  });
}

Result<writer::Command> EngagementService::Import::Plan(const Row& row) {
  const auto plan = [&](std::string_view method, const auto& request, RecordName name,
                        Result<rpc::Intent> intent) -> Result<writer::Command> {
    TL_TRY(rpc::Intent planned, std::move(intent));
    if (planned.unmet && !request.validate_only()) return *planned.unmet;
    open_.emplace(row.number, Open{std::move(name), request.validate_only(), planned.unmet});
    rpc::v1::Receipt none;
    writer::Command command = service_.calls_.CommandOf(
        method, row.by, request,
        {request.request_id(), request.after(), request.validate_only(), none}, std::move(planned));
    command.correlation_id = stream_.trace_id();
    return command;
  };
  if (row.request.has_submit()) {
    const auto& asked = row.request.submit();
    return plan(kSubmitRecord, asked, NameIn(asked),
                service_.PlanSubmit(asked, row.unmet, row.by, row.prospect));
  }
  const auto& asked = row.request.amend();
  return plan(kAmendRecord, asked, RecordIn(asked.record().name()),
              service_.PlanAmend(asked, row.by, row.prospect));
}

void EngagementService::Import::Settle(std::vector<DecidedRow> decided) {
  const std::shared_ptr<const store::KeyValueReader> rows = service_.runner_.Snapshot();
  for (const auto& [number, outcome] : decided) {
    const auto found = open_.find(number);
    TL_CHECK(found != open_.end());
    const Open row = std::move(found->second);
    open_.erase(found);
    if (!outcome) {
      Tell(number, outcome.error());
      continue;
    }
    v1::ImportRecordsResponse answer;
    answer.set_row(number);
    const Result<void> shown = Show(row, *outcome, *rows, *answer.mutable_recorded());
    if (shown) {
      stream_.Answer(number, BytesOf(answer));
    } else {
      Tell(number, shown.error());
    }
  }
}

// The rows as the outcome's commit left them.
Result<void> EngagementService::Import::Show(const Open& row, const writer::Outcome& outcome,
                                             const store::KeyValueReader& rows,
                                             v1::RecordedRow& shown) const {
  if (outcome.outcome == log::v1::OUTCOME_REFUSED) return rpc::FromRefusal(outcome.refusal);
  if (row.unmet) return *row.unmet;
  rpc::FillReceipt(outcome, row.validate_only, *shown.mutable_receipt());
  if (row.validate_only) return {};
  const store::Cut cut{{outcome.partition, outcome.sequence}};
  TL_TRY(const auto record,
         FindRecord(store::CutReader(rows, cut), row.name.council, row.name.record));
  if (!record) return rpc::NotFound(NameOf(row.name.council, row.name.record));
  shown.set_etag(record->etag);
  return {};
}

void EngagementService::Import::Tell(std::uint64_t number, const Error& error) {
  // Its cause stands in the operator's log, once.
  if (rpc::IsOfTheServer(error.code)) stream_.Stop(error);
  if (!IsRefusal(error)) return stream_.Answer(number, Unanswered(number, error));
  v1::ImportRecordsResponse answer;
  answer.set_row(number);
  *answer.mutable_refused() = rpc::ToRpcStatus(error);
  stream_.Answer(number, BytesOf(answer));
}

grpc::ByteBuffer EngagementService::Import::Unanswered(std::uint64_t number, const Error& error) {
  v1::ImportRecordsResponse answer;
  answer.set_row(number);
  *answer.mutable_unanswered() = rpc::ToRpcStatus(error);
  return BytesOf(answer);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* EngagementService::ImportRecords(
    grpc::CallbackServerContext* context) {
  return imports_.Run(context, kImportRecords, [this](rpc::RowStream& stream) {
    return std::make_unique<Import>(*this, stream);
  });
}

}  // namespace twinledger::engagement
