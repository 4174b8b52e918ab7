#include "platform/fields/field_trail.h"

#include <utility>

namespace twinledger::fields {

FieldTrail::FieldTrail(const google::protobuf::Descriptor& type, IsWanted is_wanted) {
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *type.field(i);
    Step step{&field, is_wanted(field), nullptr};
    if (field.message_type() != nullptr) {
      auto within = std::make_unique<const FieldTrail>(*field.message_type(), is_wanted);
      if (!within->steps().empty()) step.within = std::move(within);
    }
    if (step.wanted || step.within != nullptr) steps_.push_back(std::move(step));
  }
}

}  // namespace twinledger::fields
