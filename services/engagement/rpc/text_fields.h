// Where the texts of records are: ours, which are sealed, each with the client's of the same
// meaning. Descriptors are asked once, for they answer slowly; what is kept is valid as long as the
// program runs, for all threads.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "engagement/domain/amendment.h"
#include "twinledger/engagement/v1/records.pb.h"

namespace twinledger::engagement {

// A sealed text, or messages that may hold one.
struct TextField {
  const google::protobuf::FieldDescriptor* ours;
  const google::protobuf::FieldDescriptor* theirs;
  const google::protobuf::Reflection* our;  // Of messages with the field.
  const google::protobuf::Reflection* their;
  std::string name;                      // The client's: "description" of "description_sealed".
  bool repeated;                         // Messages; a text is one.
  const std::vector<TextField>* within;  // In the order of our type; null for a text.
};

// What a path of a record comes to.
struct TextPath {
  using Message = google::protobuf::Message;

  // The message that has the field: the record or its content, which is made where it is mutable.
  const Message& In(const RecordFields& kept) const;
  const Message& In(const v1::Record& shown) const;
  Message& MutableIn(RecordFields& kept) const;
  Message& MutableIn(v1::Record& shown) const;

  std::string theirs;        // "gift.description" of "gift.description_sealed"
  const TextField* content;  // The one that has the field; null if the record itself has it.
  const TextField* field;
};

// By our path; null where no text may be.
const TextPath* FindTextPath(const std::string& ours);

// Our paths of records with this content, in which a text may be.
const std::vector<std::string>& TextPathsOf(RecordFields::ContentCase content);

// The documents of a record, and those of its check: of a row.
const TextField& EvidenceTexts();
const TextField& CheckEvidenceTexts();

}  // namespace twinledger::engagement
