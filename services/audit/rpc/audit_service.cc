#include "audit/rpc/audit_service.h"

#include <memory>

#include "audit/replay/commit_filter.h"
#include "audit/replay/event_text.h"
#include "audit/replay/replay.h"
#include "platform/crypto/hash.h"
#include "platform/log/archive/accepted_records.h"
#include "platform/log/archive/manifest.h"
#include "platform/rpc/handler.h"
#include "platform/rpc/timestamp.h"

namespace twinledger::audit {
namespace {

constexpr std::string_view kGetLog = "twinledger.audit.v1.AuditService/GetLog";
constexpr std::string_view kReplayCommits = "twinledger.audit.v1.AuditService/ReplayCommits";
constexpr std::string_view kStreamRecords = "twinledger.audit.v1.AuditService/StreamRecords";

// Each reads the whole log: a few keep the disk and one core busy.
constexpr std::size_t kStreamsMax = 8;
constexpr std::size_t kLogReadsWaiting = 16;

// The work of a stream is over: how a visitor ends the reading.
Error Over() { return {Code::kCancelled, "nobody waits for the rest any more", "STREAM_CUT"}; }

rpc::Violations CheckExport(const v1::StreamRecordsRequest& request) {
  rpc::Violations wrong;
  CheckPlace(request.stream(), request.has_partition(), wrong);
  CheckPositions("from", request.from(), wrong);
  return wrong;
}

v1::ReplayCommitsResponse Show(const ReplayedCommit& replayed) {
  const log::v1::Commit& commit = replayed.accepted.commit;
  v1::ReplayCommitsResponse shown;
  shown.set_position(ToString(replayed.partition) + "/" + std::to_string(commit.sequence()));
  shown.set_commit_hash(crypto::Hex(replayed.accepted.hash));
  shown.set_record_hash(crypto::Hex(replayed.record.hash()));
  *shown.mutable_record_time() = rpc::TimestampOf(commit.record_time_us());
  shown.set_actor(commit.actor());
  shown.set_method(commit.method());
  shown.set_request_id(commit.request_id());
  shown.set_outcome(commit.outcome());
  shown.set_refusal_reason(commit.refusal().reason());
  shown.set_marking(commit.marking());
  *shown.mutable_key() = commit.key();
  shown.set_commit(replayed.bytes);
  for (const std::string& event : commit.events()) {
    EventText text = ReadEvent(replayed.partition.stream, event);
    v1::DecodedEvent& decoded = *shown.add_events();
    decoded.set_type(std::move(text.type));
    decoded.set_json(std::move(text.json));
  }
  return shown;
}

}  // namespace

AuditService::AuditService(const server::ModuleContext& context)
    : context_(context), streams_(context.gate, kStreamsMax), workers_(1, kLogReadsWaiting) {}

grpc::ServerUnaryReactor* AuditService::GetLog(grpc::CallbackServerContext* context,
                                               const v1::GetLogRequest* request,
                                               v1::GetLogResponse* response) {
  const auto call = std::make_shared<rpc::UnaryCall>(context_.gate, *context, kGetLog);
  Result<void> admitted = call->Enter(request->ByteSizeLong());
  if (admitted.ok()) admitted = call->Authorize(rpc::Scope::OfAll());
  if (!admitted) {
    call->Finish(admitted);
    return call->reactor();
  }
  const bool posted =
      workers_.Post([this, call, response] { call->Finish(FillLog(*call, *response)); });
  if (!posted) {
    Error busy{Code::kResourceExhausted, "too many wait for the same; ask again in a moment",
               "QUEUE_FULL"};
    busy.retry_after = std::chrono::seconds(1);
    call->Finish(busy);
  }
  return call->reactor();
}

Result<void> AuditService::FillLog(const rpc::UnaryCall& call, v1::GetLogResponse& response) const {
  // For a caller who is gone, or waits no longer, nothing is read that holds up those behind it.
  const auto go_on = [&](const log::PartitionId&, const log::ReadRecord&,
                         const log::AcceptedRecord&) -> Result<void> {
    if (call.IsCancelled() || context_.clock.Monotonic() > call.deadline()) return Over();
    return {};
  };
  TL_TRY(const log::Readings readings, log::ReadAccepted(context_.log, context_.founding, go_on));
  const log::v1::Founding& root = context_.founding.root;
  response.set_log_id(root.log_id());
  response.set_founding_hash(crypto::Hex(context_.founding.root_hash));
  *response.mutable_streams() = root.streams();
  response.set_partitions(root.partitions());
  for (const auto& [partition, reading] : readings) {
    v1::LogPartition& tip = *response.add_tips();
    tip.set_stream(partition.stream);
    tip.set_partition(partition.partition);
    tip.set_sequence(reading.view.sequence);
    tip.set_hash(crypto::Hex(reading.view.hash));
    if (reading.view.sequence > 0) {
      *tip.mutable_record_time() = rpc::TimestampOf(reading.view.record_time_us);
    }
    tip.set_voids(reading.voids);
  }
  return {};
}

grpc::ServerWriteReactor<v1::ReplayCommitsResponse>* AuditService::ReplayCommits(
    grpc::CallbackServerContext* context, const v1::ReplayCommitsRequest* request) {
  return streams_.Run<v1::ReplayCommitsResponse>(
      context, kReplayCommits, rpc::Scope::OfAll(), CheckReplay(*request),
      [this, asked = *request](auto& out) { return Replay(asked, out); });
}

Result<void> AuditService::Replay(const v1::ReplayCommitsRequest& request,
                                  rpc::StreamWriter<v1::ReplayCommitsResponse>& out) const {
  const auto go_on = [&] { return out.IsOver() ? Result<void>(Over()) : Result<void>(); };
  const auto show = [&](const ReplayedCommit& replayed) {
    return out.Write(Show(replayed)) ? Result<void>() : Result<void>(Over());
  };
  return audit::Replay(context_.log, context_.founding, request, show, go_on);
}

grpc::ServerWriteReactor<v1::StreamRecordsResponse>* AuditService::StreamRecords(
    grpc::CallbackServerContext* context, const v1::StreamRecordsRequest* request) {
  return streams_.Run<v1::StreamRecordsResponse>(
      context, kStreamRecords, rpc::Scope::OfAll(), CheckExport(*request),
      [this, asked = *request](auto& out) { return Export(asked, out); });
}

Result<void> AuditService::Export(const v1::StreamRecordsRequest& request,
                                  rpc::StreamWriter<v1::StreamRecordsResponse>& out) const {
  TL_TRY(const PartitionFilter wanted,
         PartitionFilter::Of(
             context_.founding, request.stream(),
             request.has_partition() ? std::optional(request.partition()) : std::nullopt));
  const store::Cut from = CutOf(request.from());
  const auto visit = [&](const log::PartitionId& partition, const log::ReadRecord& record,
                         const log::AcceptedRecord& accepted) -> Result<void> {
    if (out.IsOver()) return Over();
    const auto first = from.find(partition);
    const bool before = first != from.end() && accepted.next.sequence < first->second;
    if (!wanted.Has(partition) || before) return {};
    v1::StreamRecordsResponse response;
    v1::AcceptedRecord& item = *response.mutable_record();
    item.set_stream(partition.stream);
    item.set_partition(partition.partition);
    item.set_first_sequence(record.body().first_sequence());
    item.set_record(record.bytes());
    return out.Write(response) ? Result<void>() : Result<void>(Over());
  };
  TL_TRY(const log::Readings readings, log::ReadAccepted(context_.log, context_.founding, visit));
  TL_TRY_VOID(CheckReached(from, readings));
  if (!request.stream().empty() || !from.empty()) return {};
  v1::StreamRecordsResponse response;
  *response.mutable_manifest() =
      log::SignManifest(log::MakeManifest(context_.founding, readings, context_.clock.Now()),
                        readings, context_.keys.writers);
  return out.Write(response) ? Result<void>() : Result<void>(Over());
}

}  // namespace twinledger::audit
