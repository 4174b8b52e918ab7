// Fields of messages from the text that people type.
//
//   enum          its name without the type, in any case, "-" or "_" between words: sister-city
//   PartialDate   2024, 2024-05, 2024-05-01, or as New Zealanders write it: 1/5/2024
//   TriState      yes, no, true, false, unknown
//   number        digits, with spaces or commas between groups
//   repeated      each value by a comma: culture,sport
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/registry/v1/facts.pb.h"

namespace twinledger::client {

// A field that a person may set: scalar, text, enum, date, or several enums.
struct WritableField {
  std::string name;  // "display_name"
  std::string flag;  // "--display-name"
  std::string help;  // "sister_city, friendly_city, ..." or what a value looks like
};

// Of a resource, but its name and what is output only (numbers from 30 and `output_only`).
std::vector<WritableField> WritableFields(const google::protobuf::Descriptor& type,
                                          const std::vector<std::string>& output_only);

// INVALID_ARGUMENT, reason VALUE_MALFORMED, naming field, value and what would be right. Empty text
// clears the field: not known.
Result<void> SetField(google::protobuf::Message& message, const std::string& field,
                      std::string_view text);

// The values that an enum field may have, as a person writes them: "city, district, unitary".
std::string ChoicesOf(const google::protobuf::Message& message, const std::string& field);

// What a value of the field looks like: those choices, a date, "a number", "text".
std::string HelpOf(const google::protobuf::FieldDescriptor& field);

Result<registry::v1::PartialDate> ParseDate(std::string_view text);

}  // namespace twinledger::client
