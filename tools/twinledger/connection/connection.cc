#include "twinledger/connection/connection.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/telemetry/trace_context.h"
#include "twinledger/connection/retry.h"
#include "twinledger/connection/routing_key.h"
#include "twinledger/connection/unreachable.h"

namespace twinledger::client {
namespace {

using google::protobuf::Message;
using std::chrono::milliseconds;

// "package.Service" of "/package.Service/Method".
std::string ServiceOf(std::string_view method) {
  return std::string(method.substr(1, method.rfind('/') - 1));
}

// Whether another replica may have a better answer.
bool GoesElsewhere(const Error& error) {
  return error.code == Code::kUnavailable || IsUnfit(error);
}

// Of two errors the one that says more of the request: a server's word that it may be repeated,
// then that none could be asked, then what repeating does not help.
int WeightOf(const Error& error) {
  if (error.code != Code::kUnavailable) return 0;
  return IsUnfit(error) ? 1 : 2;
}

std::string NewTrace() {
  crypto::SystemRandom random;
  return telemetry::NewTraceId(random);
}

// What no server has heard of is in no server's log.
bool HasReachedAServer(const Error& error) {
  return error.reason != "NOT_REACHED" && error.reason != "SERVER_NOT_TRUSTED" &&
         error.reason != "CREDENTIALS_EXPIRED" && error.code != Code::kCancelled;
}

}  // namespace

// All attempts of one unary call.
class Connection::Attempts {
 public:
  Attempts(Connection& connection, const std::string& method, const Message& request,
           Message& response)
      : connection_(connection),
        method_(method),
        service_(ServiceOf(method)),
        key_(RoutingKeyOf(request)),
        request_(request),
        response_(response),
        start_(clock_.Monotonic()) {}

  milliseconds Elapsed() const {
    return std::chrono::duration_cast<milliseconds>(clock_.Monotonic() - start_);
  }

  // Asks one replica after the other, each once. The error is the one that says most.
  Result<void> Round() {
    TL_TRY(const std::vector<std::string> order, replicas().OrderFor(service_, key_));
    std::optional<Error> kept;
    for (const std::string& address : order) {
      if (kept && Left() <= milliseconds(0)) break;
      Result<void> answer = Try(address, order.size());
      if (answer.ok() || !GoesElsewhere(answer.error())) return answer;
      if (!kept || WeightOf(answer.error()) >= WeightOf(*kept)) kept = answer.error();
    }
    ++round_;
    return *std::move(kept);
  }

  // As the caller is told in the end.
  Error Told(const Error& last) {
    // Says more than that the time is over.
    Error error = last.code == Code::kDeadlineExceeded && unreachable_ ? *unreachable_ : last;
    error = replicas().Explained(service_, error);
    if (open_ && IsOfTheAttempt(error)) error.metadata.emplace(kEarlierAttempt, "open");
    return error;
  }

 private:
  Replicas& replicas() { return connection_.replicas_; }
  milliseconds Left() const { return connection_.timeout_ - Elapsed(); }

  Result<void> Try(const std::string& address, std::size_t count) {
    const milliseconds left = std::max(Left(), milliseconds(1));
    const milliseconds share =
        replicas().IsOne() ? left : std::min(left, ShareOf(connection_.timeout_, count, round_));
    TL_TRY_VOID(replicas().Admit(service_, address, share));
    Result<void> answer = replicas().calls().Unary(address, method_, request_, response_, share);
    if (answer.ok()) return answer;
    Error error = std::move(answer).error();
    if (error.code == Code::kDeadlineExceeded && share < left) {
      // The share is over, and the call is not. Who said so itself is not to be passed over.
      const bool hangs = error.reason == "DEADLINE_EXCEEDED";
      if (hangs) error = NoAnswer(address, share);
      error.code = Code::kUnavailable;
    }
    open_ = open_ || !IsOfTheAttempt(error);
    if (error.code == Code::kUnavailable) unreachable_ = error;
    if (IsUnfit(error)) replicas().Fail(service_, address, error);
    return error;
  }

  Connection& connection_;
  const std::string& method_;
  const std::string service_;
  const std::string key_;
  const Message& request_;
  Message& response_;
  const SystemClock clock_;
  const MonotonicTime start_;
  int round_ = 0;
  bool open_ = false;  // Whether an attempt may have been recorded.
  std::optional<Error> unreachable_;
};

Connection::Connection(const Endpoint& endpoint, const ConnectionOptions& options)
    : timeout_(options.timeout),
      connect_limit_(options.connect_limit),
      trace_id_(options.trace_id.empty() ? NewTrace() : options.trace_id),
      replicas_(endpoint, options.lookup, options.warn, trace_id_) {}

Connection::~Connection() = default;

Error Connection::Traced(Error error) const {
  if (HasReachedAServer(error)) error.metadata.emplace(kTrace, trace_id_);
  return error;
}

Result<void> Connection::Call(const std::string& method, const Message& request,
                              Message& response) {
  crypto::SystemRandom random;
  Retry retry(timeout_, random);
  Attempts attempts(*this, method, request, response);
  while (true) {
    Result<void> answer = attempts.Round();
    if (answer.ok()) return answer;
    const auto wait = retry.After(answer.error(), attempts.Elapsed());
    // One that has never found a server is soon told of, one that has may see it restart.
    const bool is_worth_it =
        wait && (replicas_.calls().reached() ||
                 attempts.Elapsed() + *wait < std::min(connect_limit_, timeout_));
    if (!is_worth_it) return Traced(attempts.Told(answer.error()));
    if (!replicas_.calls().Wait(*wait)) return Interrupted();
  }
}

Result<void> Connection::Stream(const std::string& method, const Message& request, Message& item,
                                const std::function<bool()>& each) {
  const std::string service = ServiceOf(method);
  TL_TRY(const std::vector<std::string> order, replicas_.OrderFor(service, RoutingKeyOf(request)));
  std::optional<Error> last;
  for (const std::string& address : order) {
    bool begun = false;
    Result<void> done = replicas_.Admit(service, address, timeout_);
    if (done.ok()) {
      done = replicas_.calls().Stream(address, method, request, item, [&] {
        begun = true;
        return each();
      });
      if (done.ok()) return done;
      if (begun || !GoesElsewhere(done.error())) return Traced(std::move(done).error());
      if (IsUnfit(done.error())) replicas_.Fail(service, address, done.error());
    }
    last = std::move(done).error();
  }
  return Traced(replicas_.Explained(service, *last));
}

Result<void> Connection::Exchange(const std::string& method, const std::string& resource,
                                  const RowsOut& rows) {
  const std::string service = ServiceOf(method);
  const std::string key = RoutingKeyOfName(resource);
  const SystemClock clock;
  crypto::SystemRandom random;
  std::optional<Retry> retry;
  MonotonicTime moved = clock.Monotonic();
  int round = 0;
  const RowsOut watched{rows.begin, rows.next, rows.answer,
                        [&] {
                          moved = clock.Monotonic();
                          retry.reset();
                          round = 0;
                          rows.take();
                        },
                        rows.tick};
  while (true) {
    TL_TRY(const std::vector<std::string> order, replicas_.OrderFor(service, key));
    std::optional<Error> last;
    for (const std::string& address : order) {
      Result<void> done = replicas_.Admit(service, address, timeout_);
      if (done.ok()) {
        rows.begin();
        const milliseconds silence_max =
            replicas_.IsOne() ? timeout_ : ShareOf(timeout_, order.size(), round);
        done = replicas_.calls().Exchange(address, method, watched, silence_max);
      }
      if (done.ok()) return done;
      last = std::move(done).error();
      const bool is_older = last->reason == "UNKNOWN_METHOD";  // And no worse for other calls.
      if (IsUnfit(*last) && !is_older) replicas_.Fail(service, address, *last);
      const bool is_full = last->code == Code::kResourceExhausted;
      if (!GoesElsewhere(*last) && !is_full) return *std::move(last);
    }
    ++round;
    if (!retry) retry.emplace(timeout_, random);
    const auto since = std::chrono::duration_cast<milliseconds>(clock.Monotonic() - moved);
    const auto wait = retry->After(*last, since);
    if (!wait) return replicas_.Explained(service, *last);
    if (!replicas_.calls().Wait(*wait)) return Interrupted();
  }
}

void Connection::Cancel() { replicas_.calls().Cancel(); }

}  // namespace twinledger::client
