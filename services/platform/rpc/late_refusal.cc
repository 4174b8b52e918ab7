#include "platform/rpc/late_refusal.h"

#include <grpcpp/alarm.h>

#include <memory>
#include <utility>

#include "platform/crypto/system_random.h"

namespace twinledger::rpc {
namespace {

bool AsksTooFast(const Result<void>& result) {
  return !result &&
         (result.error().reason == "RATE_LIMITED" || result.error().reason == "TOO_MANY_CALLS");
}

std::chrono::milliseconds Scattered() {
  crypto::SystemRandom random;
  const auto draw = static_cast<unsigned char>(random.Bytes(1).front());
  return kLateRefusal / 2 + kLateRefusal * draw / 255;
}

}  // namespace

void FinishWhenDue(const Result<void>& result, std::function<void()> finish) {
  if (!AsksTooFast(result)) return finish();
  auto alarm = std::make_shared<grpc::Alarm>();
  alarm->Set(std::chrono::system_clock::now() + Scattered(),
             [alarm, finish = std::move(finish)](bool) mutable {
               finish();
               alarm.reset();  // It keeps this function, and so itself.
             });
}

}  // namespace twinledger::rpc
