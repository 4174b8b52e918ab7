// Whether this build knows all that a message says. A newer program may have written more.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace twinledger::fields {

// Where the message says something unknown, a field or a value of an enum:
// "record_submitted.fields". Empty if nowhere.
std::string UnknownIn(const google::protobuf::Message& message);

}  // namespace twinledger::fields
