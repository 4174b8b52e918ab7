// The way to the fields of one sort in a type of messages, and in the types within it: descriptors
// are asked once, and what leads to none of them is not looked at in any message.
//
//   Record --gift--> Gift --donor--> Party --principal_id
//                         --value-->        (no handle: no step)
#pragma once

#include <google/protobuf/descriptor.h>

#include <memory>
#include <vector>

namespace twinledger::fields {

// Threads: immutable once it is made.
class FieldTrail {
 public:
  struct Step {
    const google::protobuf::FieldDescriptor* field;
    bool wanted;
    std::unique_ptr<const FieldTrail> within;  // Null where none is in the field's messages.
  };
  using IsWanted = bool (*)(const google::protobuf::FieldDescriptor& field);

  // REQUIRES: no message of `type` can hold another of its own type, however deep.
  FieldTrail(const google::protobuf::Descriptor& type, IsWanted is_wanted);

  // Fields that are wanted or lead to such, in the order of the type.
  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::vector<Step> steps_;
};

}  // namespace twinledger::fields
