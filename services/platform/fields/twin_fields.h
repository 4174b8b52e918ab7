// The fields of two types of message that have one name: what clients say, and what is kept of it.
#pragma once

#include <google/protobuf/descriptor.h>

#include <vector>

namespace twinledger::fields {

// By the index of each field of `from`: the field of `to` of the same name, null where there is
// none. Names are compared once for a pair of types and thread; valid until the thread ends.
// REQUIRES: both are of generated messages, which are never destroyed.
const std::vector<const google::protobuf::FieldDescriptor*>& TwinFields(
    const google::protobuf::Descriptor& from, const google::protobuf::Descriptor& to);

}  // namespace twinledger::fields
