#include "tools/policy_check/proto_services.h"

#include <google/protobuf/descriptor.pb.h>

#include <fstream>

namespace twinledger::policy_check {

Result<ProtoServices> ProtoServices::Read(const std::filesystem::path& protoset) {
  const Error bad{Code::kInvalidArgument, protoset.string() + ": is no descriptor set",
                  "BAD_PROTOSET"};
  std::ifstream in(protoset, std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  if (!in.good() || !set.ParseFromIstream(&in) || set.file_size() == 0) return bad;
  ProtoServices services;
  services.pool_ = std::make_unique<google::protobuf::DescriptorPool>();
  for (const auto& source : set.file()) {  // What a file imports stands before it.
    const auto* const file = services.pool_->BuildFile(source);
    if (file == nullptr) return bad;
    for (int i = 0; i < file->service_count(); ++i) services.services_.push_back(file->service(i));
  }
  return services;
}

}  // namespace twinledger::policy_check
