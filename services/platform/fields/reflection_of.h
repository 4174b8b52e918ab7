// The reflection of a type's messages, to be kept: a message is asked for its own by way of a lock,
// each time.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "platform/base/check.h"

namespace twinledger::fields {

// Never destroyed. REQUIRES: the messages are generated ones.
inline const google::protobuf::Reflection& ReflectionOf(const google::protobuf::Descriptor& type) {
  TL_CHECK(type.file()->pool() == google::protobuf::DescriptorPool::generated_pool());
  return *google::protobuf::MessageFactory::generated_factory()
              ->GetPrototype(&type)
              ->GetReflection();
}

}  // namespace twinledger::fields
