#include "platform/fields/twin_fields.h"

#include <map>
#include <utility>

#include "platform/base/check.h"

namespace twinledger::fields {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

const std::vector<const FieldDescriptor*>& TwinFields(const Descriptor& from,
                                                      const Descriptor& to) {
  using Types = std::pair<const Descriptor*, const Descriptor*>;
  thread_local std::map<Types, std::vector<const FieldDescriptor*>> known;
  const auto [at, added] = known.try_emplace({&from, &to});
  if (!added) return at->second;
  TL_CHECK(from.file()->pool() == DescriptorPool::generated_pool());
  TL_CHECK(to.file()->pool() == DescriptorPool::generated_pool());
  for (int i = 0; i < from.field_count(); ++i) {
    at->second.push_back(to.FindFieldByName(from.field(i)->name()));
  }
  return at->second;
}

}  // namespace twinledger::fields
