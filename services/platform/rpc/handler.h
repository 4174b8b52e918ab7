// The one way that a unary handler runs, so that no handler forgets a step:
//
//   enter (gate.h) -> size -> check: all violations -> authorise its scope -> work -> finish, once
//
//   grpc::ServerUnaryReactor* RegistryService::GetCouncil(
//       grpc::CallbackServerContext* context, const v1::GetCouncilRequest* request,
//       v1::GetCouncilResponse* response) {
//     return calls_.Query(context, kGetCouncil, *request, *response, CheckGetCouncil,
//                         [](const auto& asked, Reading& reading, auto& answer) -> Result<void> {
//       ...
//     });
//   }
//
// The three kinds of work:
//   Query    one answer at one cut. Waits for the tokens or the tail that its read_options ask for,
//            and fills read_position.
//   List     likewise, page by page, all pages at the cut of the first one; fills next_page_token.
//   Command  hands a decision to the writer and answers from the accepted commit; fills receipt.
//
// A check reads the message alone: it adds what is wrong to Violations, and says what the request
// is about. It also sees messages whose author will not be let in, so it must not look anything up.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "platform/projection/runner.h"
#include "platform/rpc/gate.h"
#include "platform/rpc/page_token.h"
#include "platform/rpc/policy.h"
#include "platform/rpc/reads.h"
#include "platform/rpc/violations.h"
#include "platform/store/table.h"
#include "platform/writer/writer.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {

// Never deduced from a lambda: Request and Response come from the messages.
template <class Function>
using Callback = std::type_identity_t<std::function<Function>>;

template <class Request>
using Check = Callback<Scope(const Request&, Violations&)>;

template <class Request, class Response>
using RunQuery = Callback<Result<void>(const Request&, Reading&, Response&)>;

template <class Request, class Response>
using RunList = Callback<Result<void>(const Request&, Reading&, Page&, Response&)>;

// What a command is to the writer: whom it touches, and the rules.
struct Intent {
  log::v1::EntityKey key;
  writer::Decide decide;
};

template <class Request>
using Plan = Callback<Result<Intent>(const Request&, const Admission&)>;

// Fills the response, receipt apart. `rows` is as the commit left them; for validate_only, with an
// outcome of sequence 0, as they are.
template <class Request, class Response>
using Render = Callback<Result<void>(const Request&, const writer::Outcome&,
                                     const store::RowReader& rows, Response&)>;

// One unary call, from entry to its end. gRPC keeps context, request and response until Finish.
// Threads: passed from one to the next.
class UnaryCall {
 public:
  UnaryCall(Gate& gate, grpc::CallbackServerContext& context, std::string_view method);
  ~UnaryCall();  // Ends the call as UNAVAILABLE if nobody has: the server is stopping.

  // Who calls; with a request of so many bytes.
  Result<void> Enter(std::size_t request_bytes);
  Result<void> Authorize(const Scope& scope);
  void Finish(Result<void> result);  // Once.

  const Admission& admission() const { return admission_; }
  std::string_view method() const { return method_; }
  MonotonicTime deadline() const { return deadline_; }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  bool IsCancelled() const { return context_.IsCancelled(); }

 private:
  Gate& gate_;
  grpc::CallbackServerContext& context_;
  grpc::ServerUnaryReactor* const reactor_;
  const std::string_view method_;
  const MonotonicTime started_;
  const MonotonicTime deadline_;
  Admission admission_;
  bool finished_ = false;
};

// Shared by the continuations of one call, which std::function must be able to copy.
using UnaryCallPtr = std::shared_ptr<UnaryCall>;

// What the unary handlers of one module stand on.
// Threads: thread-safe.
class UnaryCalls {
 public:
  struct Parts {
    Gate& gate;
    projection::Runner& runner;
    const log::Founding& founding;
    const projection::Projection& projection;
    writer::Writer* writer;          // Null for a module that writes nothing.
    std::string request_digest_key;  // Of the data directory's keys; empty likewise.
    std::string page_token_key;
  };
  // What it is given must outlive it. Stop the runner before it is destroyed.
  explicit UnaryCalls(Parts parts);

  // `method` must outlive the server: a constant, "package.Service/Method".
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, std::string_view method,
                                  const Request& request, Response& response,
                                  const Check<Request>& check, RunQuery<Request, Response> run) {
    const auto call = std::make_shared<UnaryCall>(parts_.gate, *context, method);
    if (!Begin(*call, request, check)) return call->reactor();
    reads_.Begin(request.read_options(), nullptr, call->deadline(),
                 [call, &request, &response, run = std::move(run)](Result<Reading> reading) {
                   call->Finish(Answer(*call, std::move(reading), response, [&](Reading& from) {
                     return run(request, from, response);
                   }));
                 });
    return call->reactor();
  }

  template <class Request, class Response>
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, std::string_view method,
                                 const Request& request, Response& response,
                                 const Check<Request>& check, RunList<Request, Response> run) {
    const auto call = std::make_shared<UnaryCall>(parts_.gate, *context, method);
    if (!Begin(*call, request, check)) return call->reactor();
    Result<PagePlan> plan = PlanOf(*call, request);
    if (!plan) {
      call->Finish(std::move(plan).error());
      return call->reactor();
    }
    const store::Cut* const cut = plan->cut ? &*plan->cut : nullptr;
    reads_.Begin(
        request.read_options(), cut, call->deadline(),
        [this, call, &request, &response, plan = *plan,
         run = std::move(run)](Result<Reading> reading) {
          call->Finish(
              Answer(*call, std::move(reading), response, [&](Reading& from) -> Result<void> {
                Page page{.size = plan.size, .after = plan.after, .next = ""};
                TL_TRY_VOID(run(request, from, page, response));
                if (!page.next.empty()) {
                  response.set_next_page_token(tokens_.Make(plan.binding, from.cut(), page.next));
                }
                return {};
              }));
        });
    return call->reactor();
  }

  // Adds what is wrong with request_id and after to the violations of `check`.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Command(grpc::CallbackServerContext* context, std::string_view method,
                                    const Request& request, Response& response,
                                    const Check<Request>& check, const Plan<Request>& plan,
                                    Render<Request, Response> render) {
    const auto call = std::make_shared<UnaryCall>(parts_.gate, *context, method);
    const auto check_all = [&](const Request& asked, Violations& wrong) {
      wrong.Uuid("request_id", asked.request_id());
      if (!asked.after().empty()) wrong.Uuid("after", asked.after());
      return check(asked, wrong);
    };
    if (!Begin<Request>(*call, request, check_all)) return call->reactor();
    Result<Intent> intent = plan(request, call->admission());
    if (!intent) {
      call->Finish(std::move(intent).error());
      return call->reactor();
    }
    writer::Command command = CommandOf(*call, request, *std::move(intent));
    Submit(call, std::move(command), *response.mutable_receipt(),
           [&request, &response, render = std::move(render)](const writer::Outcome& outcome,
                                                             const store::RowReader& rows) {
             return render(request, outcome, rows, response);
           });
    return call->reactor();
  }

 private:
  // False if the call has ended already.
  template <class Request>
  bool Begin(UnaryCall& call, const Request& request, const Check<Request>& check) {
    Result<void> admitted = call.Enter(request.ByteSizeLong());
    if (admitted.ok()) {
      Violations wrong;
      const Scope scope = check(request, wrong);
      admitted = wrong.Verdict();
      if (admitted.ok()) admitted = call.Authorize(scope);
    }
    if (admitted.ok()) return true;
    call.Finish(std::move(admitted));
    return false;
  }

  template <class Response, class Run>
  static Result<void> Answer(const UnaryCall& call, Result<Reading> reading, Response& response,
                             const Run& run) {
    TL_TRY(Reading from, std::move(reading));
    from.Serve(call.admission(), [&call] { return call.IsCancelled(); });
    TL_TRY_VOID(run(from));
    from.FillPosition(*response.mutable_read_position());
    return {};
  }

  // Pages are bound to the question: who asks, what, in which order.
  template <class Request>
  Result<PagePlan> PlanOf(const UnaryCall& call, const Request& request) const {
    PageBinding binding{.method = std::string(call.method()),
                        .account = call.admission().caller.account,
                        .question = ""};
    Request question = request;
    question.clear_page_token();
    question.clear_page_size();
    binding.question = Deterministic(question);
    return tokens_.Read(std::move(binding), request.page_size(), request.page_token());
  }

  template <class Request>
  writer::Command CommandOf(const UnaryCall& call, const Request& request, Intent intent) const {
    Request body = request;  // What the request says, without how it was sent.
    body.clear_request_id();
    body.clear_after();
    body.clear_validate_only();
    writer::Command command;
    command.key = std::move(intent.key);
    command.decide = std::move(intent.decide);
    command.method = std::string(call.method());
    command.actor = call.admission().caller.account;
    command.request_id = request.request_id();
    command.after = request.after();
    command.validate_only = request.validate_only();
    command.digest = Digest(command.method, command.actor, Deterministic(body));
    return command;
  }

  using RenderOutcome =
      std::function<Result<void>(const writer::Outcome&, const store::RowReader& rows)>;

  static std::string Deterministic(const google::protobuf::MessageLite& message);
  crypto::Hash Digest(std::string_view method, std::string_view actor, std::string_view body) const;
  void Submit(const UnaryCallPtr& call, writer::Command command, v1::Receipt& receipt,
              RenderOutcome render);
  Result<void> Settle(const writer::Outcome& outcome, bool validate_only, v1::Receipt& receipt,
                      const RenderOutcome& render) const;

  const Parts parts_;
  const PageTokens tokens_;
  Reads reads_;
};

}  // namespace twinledger::rpc
