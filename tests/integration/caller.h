// One account's calls of a server, over mTLS, as its bundle of certificates allows.
#pragma once

#include <google/protobuf/message_lite.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "platform/base/result.h"

namespace twinledger::testing {

// A call that streams both ways, one operation at a time.
// Threads: confined to one, but for Cancel.
class TwoWayCall {
 public:
  // `method` is "/package.Service/Method".
  TwoWayCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
             std::chrono::milliseconds time);
  ~TwoWayCall();

  bool Send(const google::protobuf::MessageLite& message);  // False once the call is over.
  bool SendBytes(const std::string& bytes);
  void SendNoMore();
  bool Receive(google::protobuf::MessageLite& message);  // False at the end.
  void Cancel() { context_.TryCancel(); }
  Result<void> Finish();  // Once; all has been received.

 private:
  bool Step();

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

// Threads: thread-safe.
class Caller {
 public:
  Caller(const std::string& server, const std::filesystem::path& bundle);
  ~Caller();

  // `method` is "package.Service/Method".
  Result<void> Call(const std::string& method, const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite& response) const;

  std::unique_ptr<TwoWayCall> Open(
      const std::string& method, std::chrono::milliseconds time = std::chrono::seconds(120)) const;

 private:
  struct Stub;
  std::unique_ptr<Stub> stub_;
};

}  // namespace twinledger::testing
