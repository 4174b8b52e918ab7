// Rows out, answers back: one thread, one read and one write under way.
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <array>
#include <chrono>
#include <utility>

#include "twinledger/connection/calls.h"
#include "twinledger/connection/unreachable.h"

namespace twinledger::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};

enum Operation { kStart, kRead, kWrite, kFinish };

// Tells the operation by an address, which is all that a tag may be.
void* Tag(Operation operation) {
  static std::array operations{kStart, kRead, kWrite, kFinish};
  return &operations.at(operation);
}

// Ends the call once nothing has happened for too long, and calls the tick meanwhile.
class Watch {
 public:
  Watch(grpc::CompletionQueue& queue, grpc::ClientContext& context, const RowsOut& rows,
        milliseconds silence_max)
      : queue_(queue), context_(context), rows_(rows), silence_max_(silence_max) {}

  // The operation that is done; whether it went well.
  std::pair<Operation, bool> Next() {
    while (true) {
      void* tag = nullptr;
      bool ok = false;
      const auto got = queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + kTick);
      const auto now = steady_clock::now();
      if (now - ticked_ >= kTick) {
        ticked_ = now;
        rows_.tick();
      }
      if (got == grpc::CompletionQueue::GOT_EVENT) {
        moved_ = now;
        return {*static_cast<Operation*>(tag), ok};
      }
      if (!silent_ && now - moved_ > silence_max_) {
        silent_ = true;
        context_.TryCancel();
      }
    }
  }

  bool silent() const { return silent_; }

 private:
  grpc::CompletionQueue& queue_;
  grpc::ClientContext& context_;
  const RowsOut& rows_;
  const milliseconds silence_max_;
  steady_clock::time_point moved_ = steady_clock::now();
  steady_clock::time_point ticked_ = moved_;
  bool silent_ = false;
};

}  // namespace

Result<void> Calls::Exchange(const std::string& address, const std::string& method,
                             const RowsOut& rows, milliseconds silence_max) {
  grpc::ClientContext context;
  if (!Enter(context)) return Interrupted();
  grpc::CompletionQueue queue;
  Watch watch(queue, context, rows, silence_max);
  const auto call = StubOf(address).PrepareCall(&context, method, &queue);
  call->StartCall(Tag(kStart));
  bool reading = watch.Next().second;
  bool writing = reading;
  bool closed = false;
  const auto write = [&] {
    const Message* const row = rows.next();
    closed = row == nullptr;
    if (row != nullptr) call->Write(*row, Tag(kWrite));
    if (closed) call->WritesDone(Tag(kWrite));
  };
  if (reading) {
    call->Read(&rows.answer, Tag(kRead));
    write();
  }
  while (reading || writing) {
    const auto [operation, ok] = watch.Next();
    if (operation == kRead) {
      reading = ok;
      if (ok) rows.take();
      if (ok) call->Read(&rows.answer, Tag(kRead));
    } else {
      writing = ok && !closed && reading;
      if (writing) write();
    }
  }
  grpc::Status status;
  call->Finish(&status, Tag(kFinish));
  watch.Next();
  queue.Shutdown();
  Leave(context);
  if (watch.silent()) return NoAnswer(address, silence_max);
  return Judge(address, status);
}

}  // namespace twinledger::client
