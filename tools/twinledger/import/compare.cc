#include "twinledger/import/compare.h"

#include <google/protobuf/util/message_differencer.h>

#include "platform/base/check.h"

namespace twinledger::client {

std::vector<std::string> ChangedPaths(const google::protobuf::Message& recorded,
                                      const google::protobuf::Message& wanted,
                                      const std::vector<std::string>& paths) {
  TL_CHECK(recorded.GetDescriptor() == wanted.GetDescriptor());
  std::vector<std::string> changed;
  for (const std::string& path : paths) {
    const auto* field = recorded.GetDescriptor()->FindFieldByName(path);
    TL_CHECK(field != nullptr);
    google::protobuf::util::MessageDifferencer differencer;
    std::vector<const google::protobuf::FieldDescriptor*> only{field};
    if (!differencer.CompareWithFields(recorded, wanted, only, only)) changed.push_back(path);
  }
  return changed;
}

}  // namespace twinledger::client
