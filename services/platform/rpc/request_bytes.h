// What a request says, apart from how it was sent: the bytes that tell whether two are the same.
#pragma once

#include <google/protobuf/message.h>

#include <span>
#include <string>

namespace twinledger::rpc {

// The same bytes for the same request, without those top-level fields. REQUIRES: it has each of
// them, and none is repeated.
std::string BytesWithout(const google::protobuf::Message& request,
                         std::span<const char* const> fields);

}  // namespace twinledger::rpc
