#include "platform/rpc/streams.h"

namespace twinledger::rpc {

Error ReaderStalled(std::chrono::seconds patience) {
  const std::string seconds = std::to_string(patience.count());
  return {Code::kResourceExhausted,
          "the reader took nothing for " + seconds +
              " s; ask again from behind the last position that it has",
          "READER_STALLED",
          {{"seconds", seconds}}};
}

Result<AccountSlot> Streams::Admit(const grpc::CallbackServerContext& context,
                                   std::string_view method, const Scope& scope,
                                   const Violations& wrong) {
  TL_TRY(const CallerIdentity caller, gate_.Enter(context, method));
  TL_TRY_VOID(wrong.Verdict());
  TL_TRY(const Admission admission, Authorize(caller, method, scope));
  return gate_.TakeStream(caller.account);
}

Result<void> Streams::Add(std::shared_ptr<StreamCall> call) {
  const absl::MutexLock lock(&mutex_);
  if (stopped_) {
    return Error{Code::kUnavailable, "the server is stopping; ask again", "STOPPING"};
  }
  for (auto it = calls_.begin(); it != calls_.end();) {
    if (!(*it)->Done()) {
      ++it;
      continue;
    }
    (*it)->Join();  // Its work has ended, or OnDone would not have come.
    it = calls_.erase(it);
  }
  if (calls_.size() >= calls_max_) {
    Error full{Code::kResourceExhausted,
               "there are " + std::to_string(calls_max_) +
                   " streaming calls already; ask again when one has ended",
               "TOO_MANY_STREAMS",
               {{"streams_max", std::to_string(calls_max_)}}};
    full.retry_after = std::chrono::seconds(5);
    return full;
  }
  calls_.push_back(std::move(call));
  return {};
}

void Streams::Stop() {
  std::list<std::shared_ptr<StreamCall>> calls;
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    calls.swap(calls_);
  }
  for (const auto& call : calls) call->Abandon();
  for (const auto& call : calls) call->Join();
}

}  // namespace twinledger::rpc
