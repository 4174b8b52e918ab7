// One text for one message: what rule sets and assessments are named by.
//
//   { "name": value, ... }   members sorted by the bytes of the field's name, without blanks
//   integers as JSON numbers, enums by their names, texts escaped as RFC 8785 says
//
// A field that holds its default is left out, so that a message keeps its text when its type gets a
// new field. A field that was given explicitly (`optional`) is there even if it is 0.
#pragma once

#include <string>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace twinledger::risk {

// REQUIRES: its texts are UTF-8, and it has only integers, booleans, enums, texts and messages.
std::string CanonicalJson(const google::protobuf::Message& message);

// SHA-256 of that text, 64 lower-case hexadecimal digits.
std::string CanonicalDigest(const google::protobuf::Message& message);

}  // namespace twinledger::risk
