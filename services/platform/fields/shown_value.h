// The value of a field as a person reads it: in histories, and where two fields contradict.
//
//   a date     2024, 2024-05, 2024-05-01
//   an amount  NZD 120.00; EUR 25.00 (NZD 46.00, rate of 2026-05-01)
//   an enum    by its name; within a message without the words that all of its names begin with
//   a message  its fields that are set: "principal_id 6b940433-...", "kind PORT, escorted YES"
//   a list     its elements with commas between, messages in parentheses
#pragma once

#include <string>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace twinledger::fields {

// REQUIRES: the field is of the message's type.
std::string ShownValue(const google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field);

}  // namespace twinledger::fields
