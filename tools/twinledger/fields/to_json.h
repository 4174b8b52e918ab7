// Messages as JSON for people's scripts.
//
//   enum            its name without the type: "SISTER_CITY"; null where unspecified
//   PartialDate     "2024", "2024-05", "2024-05-01"
//   Timestamp       RFC 3339
//   text            null where empty: nothing was said
//   unset           null; every field is there
//   number          as a number, 0 included
#pragma once

#include <google/protobuf/message.h>

#include "twinledger/output/printer.h"

namespace twinledger::client {

Json ToJson(const google::protobuf::Message& message);

// One enum value without its type's prefix: "SISTER_CITY".
std::string ShortName(const google::protobuf::EnumValueDescriptor& value);

}  // namespace twinledger::client
