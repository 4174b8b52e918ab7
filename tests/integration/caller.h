// One account's calls of a server, over mTLS, as its bundle of certificates allows.
#pragma once

#include <google/protobuf/message_lite.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "platform/base/result.h"

namespace twinledger::testing {

// Threads: thread-safe.
class Caller {
 public:
  Caller(const std::string& server, const std::filesystem::path& bundle);
  ~Caller();

  // `method` is "package.Service/Method".
  Result<void> Call(const std::string& method, const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite& response) const;

 private:
  struct Stub;
  std::unique_ptr<Stub> stub_;
};

}  // namespace twinledger::testing
