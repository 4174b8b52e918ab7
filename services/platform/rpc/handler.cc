#include "platform/rpc/handler.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "platform/base/check.h"
#include "platform/projection/consistency.h"
#include "platform/rpc/errors.h"
#include "platform/writer/request_digest.h"

namespace twinledger::rpc {
namespace {

// What a commit may hold; a request becomes one.
constexpr std::size_t kRequestBytesMax = 256 * 1024;

Error TooLarge(std::size_t bytes) {
  return {
      .code = Code::kResourceExhausted,
      .message = fmt::format("the request has {} bytes: send at most {}", bytes, kRequestBytesMax),
      .reason = "REQUEST_TOO_LARGE",
      .metadata = {{"bytes", std::to_string(bytes)},
                   {"bytesMax", std::to_string(kRequestBytesMax)}}};
}

}  // namespace

UnaryCall::UnaryCall(Gate& gate, grpc::CallbackServerContext& context, std::string_view method)
    : gate_(gate),
      context_(context),
      reactor_(context.DefaultReactor()),
      method_(method),
      started_(gate.clock().Monotonic()),
      deadline_(gate.DeadlineOf(context)) {
  gate_.ReportBegin();
}

UnaryCall::~UnaryCall() {
  if (!finished_) Finish(Stopping());
}

Result<void> UnaryCall::Enter(std::size_t request_bytes) {
  TL_TRY(admission_.caller, gate_.Enter(context_, method_));
  if (request_bytes > kRequestBytesMax) return TooLarge(request_bytes);
  return {};
}

Result<void> UnaryCall::Authorize(const Scope& scope) {
  TL_TRY(admission_, rpc::Authorize(admission_.caller, method_, scope));
  return {};
}

void UnaryCall::Finish(Result<void> result) {
  TL_CHECK(!finished_);
  finished_ = true;
  gate_.ReportEnd({.method = method_,
                   .account = admission_.caller.account,
                   .result = result,
                   .took = gate_.clock().Monotonic() - started_});
  reactor_->Finish(ToStatus(result));
}

UnaryCalls::UnaryCalls(Parts parts)
    : parts_(std::move(parts)),
      tokens_(parts_.page_token_key),
      reads_(parts_.runner, parts_.founding, parts_.gate.clock(), parts_.projection.streams()) {}

std::string UnaryCalls::Deterministic(const google::protobuf::MessageLite& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

crypto::Hash UnaryCalls::Digest(std::string_view method, std::string_view actor,
                                std::string_view body) const {
  return writer::RequestDigest(parts_.request_digest_key, method, actor, body);
}

void UnaryCalls::Submit(const UnaryCallPtr& call, writer::Command command, v1::Receipt& receipt,
                        RenderOutcome render) {
  TL_CHECK(parts_.writer != nullptr);
  const bool validate_only = command.validate_only;
  parts_.writer->Submit(std::move(command), call->deadline(),
                        [this, call, validate_only, &receipt,
                         render = std::move(render)](const Result<writer::Outcome>& outcome) {
                          call->Finish(outcome ? Settle(*outcome, validate_only, receipt, render)
                                               : Result<void>(outcome.error()));
                        });
}

// The rows as the outcome's commit left them: later commits of the same record are not in them.
Result<void> UnaryCalls::Settle(const writer::Outcome& outcome, bool validate_only,
                                v1::Receipt& receipt, const RenderOutcome& render) const {
  if (outcome.outcome == log::v1::OUTCOME_REFUSED) return FromRefusal(outcome.refusal);
  const std::shared_ptr<const store::KeyValueReader> rows = parts_.runner.Snapshot();
  if (validate_only) {
    TL_TRY_VOID(render(outcome, store::CutReader(*rows)));
  } else {
    const store::Cut cut{{outcome.partition, outcome.sequence}};
    TL_TRY_VOID(render(outcome, store::CutReader(*rows, cut)));
  }
  const auto since_epoch = outcome.record_time.time_since_epoch().count();
  receipt.mutable_record_time()->set_seconds(since_epoch / 1'000'000);
  receipt.mutable_record_time()->set_nanos(static_cast<int>(since_epoch % 1'000'000) * 1000);
  receipt.set_unchanged(outcome.outcome == log::v1::OUTCOME_UNCHANGED);
  receipt.set_validate_only(validate_only);
  if (validate_only) return {};
  receipt.set_position(fmt::format("{}/{}", log::ToString(outcome.partition), outcome.sequence));
  receipt.set_commit_hash(crypto::Hex(outcome.commit_hash));
  receipt.set_consistency_token(
      projection::EncodeToken({outcome.partition, outcome.sequence, outcome.commit_hash}));
  return {};
}

}  // namespace twinledger::rpc
