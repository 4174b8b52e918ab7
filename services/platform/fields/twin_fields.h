// The fields of two types of message that have one name: what clients say, and what is kept of it.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

namespace twinledger::fields {

struct TwinTypes;

// One field, as both types have it. What its descriptor says of it is kept: it answers slowly.
struct TwinField {
  const google::protobuf::FieldDescriptor* from;
  const google::protobuf::FieldDescriptor* to;
  google::protobuf::FieldDescriptor::CppType type;
  bool repeated;
  bool tells_presence;      // Of `from`; else it is set where it is not empty or zero.
  const TwinTypes* within;  // Of a message's own fields; null where it is none.
};

struct TwinTypes {
  const google::protobuf::Reflection* read;   // Of `from`.
  const google::protobuf::Reflection* write;  // Of `to`.
  std::vector<TwinField> fields;              // That both have, in the order of `from`.
};

// Names are compared once for a pair of types and thread; valid until the thread ends. REQUIRES:
// both are of generated messages, which are never destroyed.
const TwinTypes& TwinsOf(const google::protobuf::Descriptor& from,
                         const google::protobuf::Descriptor& to);

}  // namespace twinledger::fields
