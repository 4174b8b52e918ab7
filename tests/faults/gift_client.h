// An officer of a council of its own whose gifts are submitted one after another, to a server that
// comes and goes: each is repeated with the same request id until it is answered.
#pragma once

#include <grpcpp/channel.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/crypto/system_random.h"
#include "tests/faults/council_client.h"
#include "twinledger/engagement/v1/engagement_service.grpc.pb.h"

namespace twinledger {

// Threads: a thread of its own, the flags from any.
class GiftClient {
 public:
  // `council` is there, and `bundle` of an officer of it.
  GiftClient(std::string council, const std::string& server, const std::filesystem::path& bundle,
             Acknowledgements& acknowledgements);
  ~GiftClient();

  void Finish() { finishing_ = true; }  // Settles its last request and ends.
  // After Finish: the names of what was acknowledged, each once.
  std::vector<std::string> Join();
  int unknown() const { return unknown_; }

 private:
  void Run();
  bool Settle(const engagement::v1::SubmitRecordRequest& request);

  const std::string council_;
  Acknowledgements& acknowledgements_;
  std::unique_ptr<engagement::v1::EngagementService::Stub> stub_;
  crypto::SystemRandom random_;
  std::atomic<bool> finishing_ = false;
  std::atomic<bool> given_up_ = false;
  std::atomic<int> unknown_ = 0;
  std::vector<std::string> recorded_;  // Of its thread.
  std::jthread thread_;
};

}  // namespace twinledger
