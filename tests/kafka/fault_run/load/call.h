// One request of a fault run's load, of whatever service, to be sent until it is settled.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::faults {

struct Call {
  std::string method;
  std::string key;  // "council/...", of the entity that it touches.
  std::uint32_t partition = 0;
  std::string request_id;
  std::size_t account = 0;  // Which of its client's accounts sends it.
  // What it names may not have been heard of yet by its service: NOT_FOUND is no outcome then.
  bool waits_for_others = false;
  std::unique_ptr<google::protobuf::Message> request;
  std::unique_ptr<google::protobuf::Message> response;
  std::function<const rpc::v1::Receipt&()> receipt;  // Of the response.
  std::function<void()> learn;                       // From the response, once it is answered.
};

inline constexpr std::uint32_t kPartitions = 8;

std::uint32_t PartitionOf(const std::string& type, const std::string& id);
std::string NewUuid();

// A write gets a request id of its own.
template <class Response, class Request>
Call MakeCall(const std::string& method, const std::string& type, const std::string& id,
              Request request, std::function<void(const Response&)> learn = {}) {
  Call call;
  call.method = method;
  call.key = type + "/" + id;
  call.partition = PartitionOf(type, id);
  auto response = std::make_unique<Response>();
  const Response* const answer = response.get();
  if constexpr (requires { request.set_request_id(""); }) {
    call.request_id = NewUuid();
    request.set_request_id(call.request_id);
    call.receipt = [answer]() -> const rpc::v1::Receipt& { return answer->receipt(); };
  }
  call.learn = [answer, learn = std::move(learn)] {
    if (learn) learn(*answer);
  };
  call.request = std::make_unique<Request>(std::move(request));
  call.response = std::move(response);
  return call;
}

// What a client asks for, one request after another. Threads: confined to one.
class Commands {
 public:
  virtual ~Commands() = default;

  // Made of what was learnt from the answers so far.
  virtual Call Next() = 0;
};

}  // namespace twinledger::faults
