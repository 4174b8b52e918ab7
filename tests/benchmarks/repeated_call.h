// A call that is repeated until an outcome is told, as clients do: anything but an outcome that a
// repetition could bring aborts.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "platform/base/check.h"

namespace twinledger::testing {

// Threads: begun by any, goes on on gRPC's.
template <class Request, class Response>
class RepeatedCall : public std::enable_shared_from_this<RepeatedCall<Request, Response>> {
 public:
  using Send = std::function<void(grpc::ClientContext*, const Request*, Response*,
                                  std::function<void(grpc::Status)>)>;

  RepeatedCall(Request request, Send send, std::atomic<int>& repeats, std::function<void()> done)
      : request_(std::move(request)),
        send_(std::move(send)),
        repeats_(repeats),
        done_(std::move(done)) {}

  void Start() {
    context_.emplace();
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    send_(&*context_, &request_, &response_,
          [self = this->shared_from_this()](const grpc::Status& status) { self->Take(status); });
  }

 private:
  static constexpr int kRepeatsMax = 100'000;

  void Take(const grpc::Status& status) {
    if (status.ok()) return done_();
    const bool passes = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                        status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
    if (!passes) std::fprintf(stderr, "%s\n", status.error_message().c_str());
    TL_CHECK(passes && ++repeats_ < kRepeatsMax);
    Start();
  }

  const Request request_;
  const Send send_;
  std::atomic<int>& repeats_;
  const std::function<void()> done_;
  // Of the attempt.
  std::optional<grpc::ClientContext> context_;
  Response response_;
};

template <class Request, class Response>
void CallUntilAnswered(Request request, typename RepeatedCall<Request, Response>::Send send,
                       std::atomic<int>& repeats, std::function<void()> done) {
  std::make_shared<RepeatedCall<Request, Response>>(std::move(request), std::move(send), repeats,
                                                    std::move(done))
      ->Start();
}

}  // namespace twinledger::testing
