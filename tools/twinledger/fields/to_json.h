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

#include <string>
#include <string_view>

#include "twinledger/output/printer.h"

namespace twinledger::client {

Json ToJson(const google::protobuf::Message& message);

// One enum value without its type's prefix: "SISTER_CITY".
std::string ShortName(const google::protobuf::EnumValueDescriptor& value);

// A value as histories tell it, of the field at a path of that type ("kind", "gift.kind"): enums,
// also several, as ToJson writes them, all else as it is.
std::string ShortNames(const google::protobuf::Descriptor& type, std::string_view path,
                       const std::string& value);

}  // namespace twinledger::client
