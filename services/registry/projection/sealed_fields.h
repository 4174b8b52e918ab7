// Fields that hold sealed texts, by their names: "display_name_sealed". A sealed text opens only
// with the event and the request that it was sealed for, so a row remembers them.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <string_view>
#include <vector>

#include "twinledger/registry/state/v1/rows.pb.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace twinledger::registry {

// Of the fields of a record, in the order of their numbers: set or not.
std::vector<std::string> SealedPaths(const google::protobuf::Message& fields);

// `fields` are a row's as an event left them; it has written `written` of their paths.
void NoteSealing(const google::protobuf::Message& fields, const std::vector<std::string>& written,
                 std::string_view event_type, const std::string& request_id,
                 google::protobuf::RepeatedPtrField<state::v1::SealedField>& sealed);

}  // namespace twinledger::registry
