// What a row of a file changes in a record.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace twinledger::client {

// Those of `paths` whose fields differ.
std::vector<std::string> ChangedPaths(const google::protobuf::Message& recorded,
                                      const google::protobuf::Message& wanted,
                                      const std::vector<std::string>& paths);

}  // namespace twinledger::client
