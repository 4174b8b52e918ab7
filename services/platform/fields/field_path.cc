#include "platform/fields/field_path.h"

namespace twinledger::fields {

std::string FieldPath::Text() const {
  std::string text = in_ != nullptr ? in_->Text() : "";
  if (index_ >= 0) return text + "[" + std::to_string(index_) + "]";
  if (in_ != nullptr) text += '.';
  return text.append(name_);
}

}  // namespace twinledger::fields
