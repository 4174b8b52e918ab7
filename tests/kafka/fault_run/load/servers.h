// The replicas as one client of a fault run sees them.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/connection/connection.h"

namespace twinledger::faults {

enum class Patience {
  kRepeats,  // By the client library, which repeats at one server for some seconds.
  kOnce,     // One attempt a call, and time enough for a server that hears nothing of its log.
};

// Threads: confined to one.
class Servers {
 public:
  // `credentials` is a client's folder.
  Servers(const std::vector<std::string>& addresses, const std::filesystem::path& credentials,
          Patience patience);

  std::size_t count() const { return addresses_.size(); }

  Result<void> Call(std::size_t server, const std::string& method,
                    const google::protobuf::Message& request, google::protobuf::Message& response);

  // Whether this error of Call says of all of its attempts that nothing came of them.
  bool SaysNotRecorded(const Error& error) const;

 private:
  Result<void> CallOnce(std::size_t server, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response);

  const std::vector<std::string> addresses_;
  const Patience patience_;
  std::vector<std::unique_ptr<client::Connection>> connections_;  // Of one that repeats.
  std::vector<std::shared_ptr<grpc::Channel>> channels_;          // Of one that does not.
};

}  // namespace twinledger::faults
