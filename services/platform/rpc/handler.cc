#include "platform/rpc/handler.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "platform/base/check.h"
#include "platform/projection/consistency.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/late_refusal.h"
#include "platform/rpc/request_bytes.h"
#include "platform/rpc/timestamp.h"
#include "platform/writer/request_digest.h"

namespace twinledger::rpc {
namespace {

constexpr std::size_t kRequestBytesMax = 256 * 1024;

Error TooLarge(std::size_t bytes) {
  return {
      .code = Code::kResourceExhausted,
      .message = fmt::format("the request has {} bytes: send at most {}", bytes, kRequestBytesMax),
      .reason = "REQUEST_TOO_LARGE",
      .metadata = {{"bytes", std::to_string(bytes)},
                   {"bytesMax", std::to_string(kRequestBytesMax)}}};
}

// Some ten lists of 50,000 names each, in each module.
constexpr std::size_t kSortedBytesMax = std::size_t{48} << 20;
constexpr std::size_t kReplyThreads = 2;
constexpr std::size_t kRepliesMax = 4096;   // Of one module; more are made by the runner itself.
constexpr std::size_t kRepliesAThread = 8;  // An answer costs no more than waking a thread for it.

// Fields that say how a request was sent, or which page is asked for, and not what.
constexpr std::array kHowSent{"request_id", "after", "validate_only"};
constexpr std::array kHowPaged{"page_size", "page_token"};

// The newest rows, or those as a commit left them, for an answer that mostly needs none: they are
// looked at from the first question on. Threads: confined to one.
class RowsForAnswer final : public store::RowReader {
 public:
  RowsForAnswer(const projection::Runner& runner, std::optional<store::Cut> cut)
      : runner_(runner), cut_(std::move(cut)) {}

  Result<std::optional<store::RowVersion>> Find(store::TableId table,
                                                const store::RowKey& key) const override {
    return Rows().Find(table, key);
  }
  Result<void> Scan(store::TableId table, const store::RowKey& prefix, const store::RowKey& from,
                    const std::function<bool(store::RowVersion)>& visit) const override {
    return Rows().Scan(table, prefix, from, visit);
  }

 private:
  const store::CutReader& Rows() const {
    if (!rows_) {
      snapshot_ = runner_.Snapshot();
      rows_.emplace(*snapshot_, cut_);
    }
    return *rows_;
  }

  const projection::Runner& runner_;
  const std::optional<store::Cut> cut_;
  mutable std::shared_ptr<const store::KeyValueReader> snapshot_;
  mutable std::optional<store::CutReader> rows_;
};

// False if the call has ended already.
bool Admit(UnaryCall& call, const google::protobuf::Message& request,
           const std::function<Scope(Violations&)>& check) {
  Result<void> admitted = call.Enter(request.ByteSizeLong());
  if (admitted.ok()) {
    Violations wrong;
    const Scope scope = check(wrong);
    admitted = wrong.Verdict();
    if (admitted.ok()) admitted = call.Authorize(scope);
  }
  if (admitted.ok()) return true;
  call.Finish(admitted);
  return false;
}

Result<void> Answer(const UnaryCall& call, Result<Reading> reading, v1::ReadPosition& position,
                    const std::function<Result<void>(Reading&)>& fill) {
  TL_TRY(Reading from, std::move(reading));
  from.Serve(call.admission(), [&call] { return call.IsCancelled(); });
  TL_TRY_VOID(fill(from));
  from.FillPosition(position);
  return {};
}

}  // namespace

void CheckWriteIds(const std::string& request_id, const std::string& after, Violations& wrong) {
  wrong.Uuid("request_id", request_id);
  if (!after.empty()) wrong.Uuid("after", after);
}

Result<void> CheckBytes(std::size_t request_bytes) {
  if (request_bytes > kRequestBytesMax) return TooLarge(request_bytes);
  return {};
}

UnaryCall::UnaryCall(Gate& gate, grpc::CallbackServerContext& context, std::string_view method)
    : gate_(gate),
      context_(context),
      reactor_(context.DefaultReactor()),
      method_(method),
      trace_id_(TraceIdOf(context)),
      started_(gate.clock().Monotonic()),
      deadline_(gate.DeadlineOf(context)) {
  gate_.ReportBegin();
}

UnaryCall::~UnaryCall() {
  if (!finished_) Finish(Stopping());
}

Result<void> UnaryCall::Enter(std::size_t request_bytes) {
  TL_TRY(admission_.caller, gate_.Enter(context_, method_));
  TL_TRY(slot_, gate_.TakeCall(admission_.caller.account));
  return CheckBytes(request_bytes);
}

Result<void> UnaryCall::Authorize(const Scope& scope) {
  TL_TRY(admission_, rpc::Authorize(admission_.caller, method_, scope));
  return {};
}

void UnaryCall::Finish(const Result<void>& result) {
  TL_CHECK(!finished_);
  finished_ = true;
  slot_ = AccountSlot();  // Who has the answer may ask again.
  gate_.ReportEnd({.method = method_,
                   .account = admission_.caller.account,
                   .result = result,
                   .took = gate_.clock().Monotonic() - started_,
                   .trace_id = trace_id_});
  FinishWhenDue(result,
                [reactor = reactor_, status = ToStatus(result)] { reactor->Finish(status); });
}

UnaryCalls::UnaryCalls(Parts parts)
    : parts_(std::move(parts)),
      tokens_(parts_.page_token_key),
      sorted_(kSortedBytesMax),
      reads_(parts_.runner, parts_.founding, parts_.gate.clock(), parts_.projection.streams()),
      replies_(kReplyThreads, kRepliesMax, kRepliesAThread) {}

UnaryCallPtr UnaryCalls::Begin(const Asked& asked) const {
  return std::make_shared<UnaryCall>(parts_.gate, *asked.context, asked.method);
}

grpc::ServerUnaryReactor* UnaryCalls::StartQuery(const Asked& asked, const ReadFields& fields,
                                                 const CheckRequest& check, FillAnswer fill) {
  const UnaryCallPtr call = Begin(asked);
  if (Admit(*call, asked.request, check)) Read(call, fields, nullptr, std::move(fill));
  return call->reactor();
}

grpc::ServerUnaryReactor* UnaryCalls::StartList(const Asked& asked, const ReadFields& fields,
                                                const PageFields& page, const CheckRequest& check,
                                                FillPage fill) {
  const UnaryCallPtr call = Begin(asked);
  if (!Admit(*call, asked.request, check)) return call->reactor();
  Result<PagePlan> plan = tokens_.Read({.method = std::string(call->method()),
                                        .account = call->admission().caller.account,
                                        .question = BytesWithout(asked.request, kHowPaged)},
                                       page.size, page.token);
  if (!plan) {
    call->Finish(plan.error());
    return call->reactor();
  }
  const store::Cut* const cut = plan->cut ? &*plan->cut : nullptr;
  Read(call, fields, cut,
       [this, plan = *plan, &next_token = page.next_token,
        fill = std::move(fill)](Reading& from) -> Result<void> {
         Page filled{.size = plan.size,
                     .after = plan.after,
                     .next = "",
                     .list = ListKey(plan.binding, from.cut()),
                     .sorted = &sorted_,
                     .is_cancelled = [&from] { return from.IsCancelled(); }};
         TL_TRY_VOID(fill(from, filled));
         if (!filled.next.empty()) next_token = tokens_.Make(plan.binding, from.cut(), filled.next);
         return {};
       });
  return call->reactor();
}

void UnaryCalls::Read(const UnaryCallPtr& call, const ReadFields& fields, const store::Cut* cut,
                      FillAnswer fill) {
  reads_.Begin(fields.options, cut, call->deadline(),
               [call, &position = fields.position, fill = std::move(fill)](Result<Reading> from) {
                 call->Finish(Answer(*call, std::move(from), position, fill));
               });
}

grpc::ServerUnaryReactor* UnaryCalls::StartCommand(const Asked& asked, const WriteFields& fields,
                                                   const CheckRequest& check,
                                                   const PrepareRequest& prepare, PlanRequest plan,
                                                   RenderOutcome render) {
  const UnaryCallPtr call = Begin(asked);
  const auto check_all = [&](Violations& wrong) {
    CheckWriteIds(fields.request_id, fields.after, wrong);
    return check(wrong);
  };
  if (!Admit(*call, asked.request, check_all)) return call->reactor();
  TL_CHECK(parts_.writer != nullptr);
  const auto expected = parts_.writer->Expect();
  // Until it is answered.
  RenderOutcome keep = [expected, render = std::move(render)](const writer::Outcome& outcome,
                                                              const store::RowReader& rows) {
    return render(outcome, rows);
  };
  prepare([this, call, &request = asked.request, fields, plan = std::move(plan),
           keep = std::move(keep), expected](const Result<void>& prepared) mutable {
    if (prepared) {
      Decide(call, request, fields, plan, std::move(keep));
    } else {
      call->Finish(prepared);
    }
    expected->Arrived();
  });
  return call->reactor();
}

void UnaryCalls::Decide(const UnaryCallPtr& call, const google::protobuf::Message& request,
                        const WriteFields& fields, const PlanRequest& plan, RenderOutcome render) {
  Result<Intent> intent = plan(call->admission());
  if (!intent || (intent->unmet && !fields.validate_only)) {
    return call->Finish(intent ? *intent->unmet : intent.error());
  }
  if (intent->unmet) {
    render = [unmet = *std::move(intent->unmet)](const writer::Outcome&, const store::RowReader&) {
      return Result<void>(unmet);
    };
  }
  writer::Command command =
      CommandOf(call->method(), call->admission(), request, fields, *std::move(intent));
  command.correlation_id = call->trace_id();
  Submit(call, std::move(command), fields.receipt, std::move(render));
}

writer::Command UnaryCalls::CommandOf(std::string_view method, const Admission& by,
                                      const google::protobuf::Message& request,
                                      const WriteFields& fields, Intent intent) const {
  writer::Command command;
  command.key = std::move(intent.key);
  command.decide = std::move(intent.decide);
  command.method = std::string(method);
  command.actor = by.caller.account;
  command.request_id = fields.request_id;
  command.after = fields.after;
  command.validate_only = fields.validate_only;
  command.digest = writer::RequestDigest(parts_.request_digest_key, command.method, command.actor,
                                         BytesWithout(request, kHowSent));
  return command;
}

void UnaryCalls::Submit(const UnaryCallPtr& call, writer::Command command, v1::Receipt& receipt,
                        RenderOutcome render) {
  const bool validate_only = command.validate_only;
  parts_.writer->Submit(std::move(command), call->deadline(),
                        [this, call, validate_only, &receipt, render = std::move(render)](
                            const Result<writer::Outcome>& outcome) mutable {
                          // Of an attempt at once: the writer may outlive this.
                          if (!outcome) return call->Finish(outcome.error());
                          Workers::Task answer = [this, call, validate_only, &receipt,
                                                  render = std::move(render), outcome = *outcome] {
                            call->Finish(Settle(outcome, validate_only, receipt, render));
                          };
                          if (replies_.Post(std::move(answer))) return;
                          answer();  // NOLINT(bugprone-use-after-move): it was not taken.
                        });
}

// The rows as the outcome's commit left them: later commits of the same record are not in them.
Result<void> UnaryCalls::Settle(const writer::Outcome& outcome, bool validate_only,
                                v1::Receipt& receipt, const RenderOutcome& render) const {
  if (outcome.outcome == log::v1::OUTCOME_REFUSED) return FromRefusal(outcome.refusal);
  std::optional<store::Cut> cut;
  if (!validate_only) cut = store::Cut{{outcome.partition, outcome.sequence}};
  TL_TRY_VOID(render(outcome, RowsForAnswer(parts_.runner, std::move(cut))));
  FillReceipt(outcome, validate_only, receipt);
  return {};
}

void FillReceipt(const writer::Outcome& outcome, bool validate_only, v1::Receipt& receipt) {
  *receipt.mutable_record_time() = TimestampOf(outcome.record_time.time_since_epoch().count());
  receipt.set_unchanged(outcome.outcome == log::v1::OUTCOME_UNCHANGED);
  receipt.set_validate_only(validate_only);
  if (validate_only) return;
  receipt.set_position(fmt::format("{}/{}", log::ToString(outcome.partition), outcome.sequence));
  receipt.set_commit_hash(crypto::Hex(outcome.commit_hash));
  receipt.set_consistency_token(
      projection::EncodeToken({outcome.partition, outcome.sequence, outcome.commit_hash}));
}

}  // namespace twinledger::rpc
