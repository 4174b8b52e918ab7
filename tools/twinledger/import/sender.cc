#include "twinledger/import/sender.h"

#include <absl/synchronization/mutex.h>

#include "twinledger/connection/calls.h"
#include "twinledger/connection/retry.h"
#include "twinledger/import/window.h"

namespace twinledger::client {

bool MayBeRecorded(const Error& error) {
  if (error.metadata.contains(kEarlierAttempt)) return true;
  switch (error.code) {
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
    case Code::kResourceExhausted:  // The last of several attempts.
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kDataLoss:
      return true;
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
    case Code::kOutOfRange:
    case Code::kPermissionDenied:
    case Code::kUnimplemented:
    case Code::kUnauthenticated:
      return false;
  }
  return true;
}

bool IsAboutTheRow(const Error& error) {
  // What is parked is one council or record: others are taken.
  if (IsOfTheServersState(error)) return error.reason == "ENTITY_PARKED";
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
    case Code::kOutOfRange:
      return true;
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kDeadlineExceeded:
    case Code::kPermissionDenied:
    case Code::kResourceExhausted:
    case Code::kUnimplemented:
    case Code::kInternal:
    case Code::kUnavailable:
    case Code::kDataLoss:
    case Code::kUnauthenticated:
      return false;
  }
  return false;
}

std::vector<RowResult> Sender::Run(std::size_t count, const Send& send, std::size_t before,
                                   std::size_t total) {
  std::vector<RowResult> results(count);
  if (report_.stopped) return results;
  absl::Mutex mutex;
  RunInWindow(
      count, kCallsInFlight,
      [&](std::size_t i) {
        const Result<RowOutcome> sent = send(i);
        if (sent.ok()) {
          results[i].outcome = *sent;
          return true;
        }
        if (IsAboutTheRow(sent.error())) {
          results[i] = {RowOutcome::kRefused, sent.error()};
          return true;
        }
        if (MayBeRecorded(sent.error())) results[i].outcome = RowOutcome::kUnknown;
        absl::MutexLock lock(&mutex);
        if (!report_.stopped) report_.stopped = sent.error();
        return false;
      },
      [&](std::size_t done) {
        absl::MutexLock lock(&mutex);
        return GoesOn(before + done, total);
      });
  return results;
}

bool Sender::GoesOn(std::size_t done, std::size_t total) {
  interrupted_ = !tick_(done, total) || interrupted_;
  if (interrupted_ && !report_.stopped) report_.stopped = Interrupted();
  return !interrupted_;
}

}  // namespace twinledger::client
