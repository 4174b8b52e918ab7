// The way to the fields of one sort in a type of messages, and in the types within it: descriptors
// are asked once, for they answer slowly, and what leads to none of them is not looked at in any
// message.
//
//   Record --gift--> Gift --donor--> Party --principal_id
//                         --value-->        (no handle: no step)
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <vector>

namespace twinledger::fields {

// Threads: immutable once it is made.
class FieldTrail {
 public:
  struct Step {
    const google::protobuf::FieldDescriptor* field;
    bool wanted;
    bool repeated;
    const FieldTrail* within;  // Null where none is in the field's messages.
  };
  using IsWanted = bool (*)(const google::protobuf::FieldDescriptor& field);

  // A type may hold itself, however deep: the way then leads back to where it was. REQUIRES: its
  // messages are generated ones.
  FieldTrail(const google::protobuf::Descriptor& type, IsWanted is_wanted);
  FieldTrail(const FieldTrail&) = delete;
  FieldTrail& operator=(const FieldTrail&) = delete;

  // Fields that are wanted or lead to such, in the order of the type.
  const std::vector<Step>& steps() const { return steps_; }
  // Of messages of the type.
  const google::protobuf::Reflection& reflection() const { return reflection_; }

 private:
  explicit FieldTrail(const google::protobuf::Descriptor& type);

  const google::protobuf::Reflection& reflection_;
  std::vector<Step> steps_;
  std::vector<std::unique_ptr<FieldTrail>> within_;  // Of all types within; the outermost has them.
};

}  // namespace twinledger::fields
