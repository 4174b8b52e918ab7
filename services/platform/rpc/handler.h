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
//            What its plan needs of a disk is prepared first, so that no thread of gRPC waits
//            there.
//
// A check reads the message alone: it adds what is wrong to Violations, and says what the request
// is about. It also sees messages whose author will not be let in, so it must not look anything up.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
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
#include "platform/rpc/sorted_lists.h"
#include "platform/rpc/violations.h"
#include "platform/rpc/workers.h"
#include "platform/store/table.h"
#include "platform/writer/writer.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {

// Never deduced from a lambda: Request and Response come from the messages.
template <class Function>
using Callback = std::type_identity_t<std::function<Function>>;

template <class Request>
using Check = Callback<Scope(const Request&, Violations&)>;

// Work fills fields of the response and never replaces it: position, token and receipt are set
// through references into it.
template <class Request, class Response>
using RunQuery = Callback<Result<void>(const Request&, Reading&, Response&)>;

template <class Request, class Response>
using RunList = Callback<Result<void>(const Request&, Reading&, Page&, Response&)>;

// RESOURCE_EXHAUSTED, reason REQUEST_TOO_LARGE, over 256 KiB: what a commit may hold, and a request
// becomes one.
Result<void> CheckBytes(std::size_t request_bytes);

// What every write names: its request id, and the one that it comes after, or none.
void CheckWriteIds(const std::string& request_id, const std::string& after, Violations& wrong);

// What a command is to the writer: whom it touches, and the rules.
struct Intent {
  log::v1::EntityKey key;
  writer::Decide decide;
  // What is missing outside the key's partition: the answer, without a commit. For validate_only
  // only once `decide` has no objection, so that whoever brings what is missing has heard of both.
  std::optional<Error> unmet = std::nullopt;
};

// Calls its argument once, on any thread: with an error, which is the answer, or to go on.
template <class Request>
using Prepare = Callback<void(const Request&, std::function<void(const Result<void>&)>)>;

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
  void Finish(const Result<void>& result);  // Once.

  const Admission& admission() const { return admission_; }
  std::string_view method() const { return method_; }
  const std::string& trace_id() const { return trace_id_; }
  MonotonicTime deadline() const { return deadline_; }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }
  bool IsCancelled() const { return context_.IsCancelled(); }

 private:
  Gate& gate_;
  grpc::CallbackServerContext& context_;
  grpc::ServerUnaryReactor* const reactor_;
  const std::string_view method_;
  const std::string trace_id_;
  const MonotonicTime started_;
  const MonotonicTime deadline_;
  Admission admission_;
  AccountSlot slot_;
  bool finished_ = false;
};

// Shared by the continuations of one call, which std::function must be able to copy.
using UnaryCallPtr = std::shared_ptr<UnaryCall>;

// How long what was recorded until now may take to be known.
inline constexpr std::chrono::seconds kFollowPatience{5};

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

  const Parts& parts() const { return parts_; }

  // Calls `then` once, on a thread for reads, as soon as what was recorded until now is known here.
  // Errors as Reads::AwaitEnd.
  void AwaitStreams(const std::function<void(const Result<void>&)>& then) {
    reads_.AwaitEnd(parts_.gate.clock().Monotonic() + kFollowPatience, then);
  }

  // What the kinds of write have in common.
  struct WriteFields {
    const std::string& request_id;
    const std::string& after;
    bool validate_only;
    v1::Receipt& receipt;
  };

  // The command of a request: the same for the same request, however it was sent.
  writer::Command CommandOf(std::string_view method, const Admission& by,
                            const google::protobuf::Message& request, const WriteFields& fields,
                            Intent intent) const;

  // `method` must outlive the server: a constant, "package.Service/Method".
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, std::string_view method,
                                  const Request& request, Response& response,
                                  const Check<Request>& check, RunQuery<Request, Response> run) {
    return StartQuery(
        {context, method, request}, {request.read_options(), *response.mutable_read_position()},
        [&](Violations& wrong) { return check(request, wrong); },
        [&request, &response, run = std::move(run)](Reading& reading) {
          return run(request, reading, response);
        });
  }

  template <class Request, class Response>
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, std::string_view method,
                                 const Request& request, Response& response,
                                 const Check<Request>& check, RunList<Request, Response> run) {
    return StartList(
        {context, method, request}, {request.read_options(), *response.mutable_read_position()},
        {request.page_size(), request.page_token(), *response.mutable_next_page_token()},
        [&](Violations& wrong) { return check(request, wrong); },
        [&request, &response, run = std::move(run)](Reading& reading, Page& page) {
          return run(request, reading, page, response);
        });
  }

  // Adds what is wrong with request_id and after to the violations of `check`.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* Command(grpc::CallbackServerContext* context, std::string_view method,
                                    const Request& request, Response& response,
                                    const Check<Request>& check, Plan<Request> plan,
                                    Render<Request, Response> render) {
    return PreparedCommand(
        context, method, request, response, check,
        [](const Request&, const std::function<void(const Result<void>&)>& then) { then({}); },
        std::move(plan), std::move(render));
  }

  // The plan may run on another thread, after this has returned.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* PreparedCommand(grpc::CallbackServerContext* context,
                                            std::string_view method, const Request& request,
                                            Response& response, const Check<Request>& check,
                                            const Prepare<Request>& prepare, Plan<Request> plan,
                                            Render<Request, Response> render) {
    return StartCommand(
        {context, method, request},
        {request.request_id(), request.after(), request.validate_only(),
         *response.mutable_receipt()},
        [&](Violations& wrong) { return check(request, wrong); },
        [&](std::function<void(const Result<void>&)> then) { prepare(request, std::move(then)); },
        [&request, plan = std::move(plan)](const Admission& by) { return plan(request, by); },
        [&request, &response, render = std::move(render)](const writer::Outcome& outcome,
                                                          const store::RowReader& rows) {
          return render(request, outcome, rows, response);
        });
  }

 private:
  // What the kinds of work need of the messages, whatever their types.
  struct Asked {
    grpc::CallbackServerContext* context;
    std::string_view method;
    const google::protobuf::Message& request;
  };
  struct ReadFields {
    const v1::ReadOptions& options;
    v1::ReadPosition& position;
  };
  struct PageFields {
    int size;
    const std::string& token;
    std::string& next_token;
  };
  using CheckRequest = std::function<Scope(Violations&)>;
  using FillAnswer = std::function<Result<void>(Reading&)>;
  using FillPage = std::function<Result<void>(Reading&, Page&)>;
  using PrepareRequest = std::function<void(std::function<void(const Result<void>&)>)>;
  using PlanRequest = std::function<Result<Intent>(const Admission&)>;
  using RenderOutcome =
      std::function<Result<void>(const writer::Outcome&, const store::RowReader& rows)>;

  grpc::ServerUnaryReactor* StartQuery(const Asked& asked, const ReadFields& fields,
                                       const CheckRequest& check, FillAnswer fill);
  grpc::ServerUnaryReactor* StartList(const Asked& asked, const ReadFields& fields,
                                      const PageFields& page, const CheckRequest& check,
                                      FillPage fill);
  grpc::ServerUnaryReactor* StartCommand(const Asked& asked, const WriteFields& fields,
                                         const CheckRequest& check, const PrepareRequest& prepare,
                                         PlanRequest plan, RenderOutcome render);

  UnaryCallPtr Begin(const Asked& asked) const;
  void Decide(const UnaryCallPtr& call, const google::protobuf::Message& request,
              const WriteFields& fields, const PlanRequest& plan, RenderOutcome render);
  void Read(const UnaryCallPtr& call, const ReadFields& fields, const store::Cut* cut,
            FillAnswer fill);
  void Submit(const UnaryCallPtr& call, writer::Command command, v1::Receipt& receipt,
              RenderOutcome render);
  Result<void> Settle(const writer::Outcome& outcome, bool validate_only, v1::Receipt& receipt,
                      const RenderOutcome& render) const;

  const Parts parts_;
  const PageTokens tokens_;
  SortedLists sorted_;
  Reads reads_;
  Workers replies_;  // Answers to commands are made there: the runner has the next to decide.
};

// The receipt of an outcome that is no refusal.
void FillReceipt(const writer::Outcome& outcome, bool validate_only, v1::Receipt& receipt);

}  // namespace twinledger::rpc
