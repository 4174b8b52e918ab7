// The services that the .proto sources declare, by a descriptor set that protoc made of all of
// them: also such as no program links yet.
#pragma once

#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "platform/base/result.h"

namespace twinledger::policy_check {

// Threads: confined to one.
class ProtoServices {
 public:
  // INVALID_ARGUMENT, reason BAD_PROTOSET.
  static Result<ProtoServices> Read(const std::filesystem::path& protoset);

  // Valid as long as this lives.
  const std::vector<const google::protobuf::ServiceDescriptor*>& all() const { return services_; }

 private:
  ProtoServices() = default;

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::vector<const google::protobuf::ServiceDescriptor*> services_;
};

}  // namespace twinledger::policy_check
