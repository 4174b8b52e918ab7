// Writing to the registry: the fields to set, and what every write carries.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "twinledger/command/program.h"
#include "twinledger/command/session.h"
#include "twinledger/fields/from_text.h"
#include "twinledger/registry/v1/facts.pb.h"

namespace twinledger::client {

// What the options of a write said.
struct WriteFlags {
  std::string request_id;  // Made up where none was given.
  std::string etag;        // Of an update: read where none was given.
  std::string occur_date;
  std::string reason;
  bool validate_only = false;
};

// Values by field name, and the fields to clear.
struct FieldFlags {
  std::map<std::string, std::string> values;
  std::vector<std::string> clear;
};

void AddRequestFlags(Command command, WriteFlags& flags);  // Of any write.
void AddWriteFlags(Command command, WriteFlags& flags);    // Those, and where it comes from.
void AddEtag(Command command, WriteFlags& flags);

// An option for each field of `type` that a person may set. `flags` must not move afterwards.
void AddFieldFlags(Command command, const google::protobuf::Descriptor& type,
                   const std::vector<std::string>& output_only, FieldFlags& flags);

// Sets the fields, and answers with their paths. Every wrong value is a violation of one error. A
// value may be typed (typed_value.h), each in the order in which --help lists the fields.
Result<std::vector<std::string>> SetFields(Session& session, google::protobuf::Message& resource,
                                           const FieldFlags& flags);

Error NothingToChange();

// A request id (made up at `now` unless given) and validate_only, by the names that all write
// requests have for them; etag and provenance where the request has them.
Result<void> FillWrite(google::protobuf::Message& request, WallTime now, WriteFlags& flags);

// Says what failed and, where the write may have had its effect, how to repeat it safely.
ExitCode FailWrite(Session& session, const Error& error, const WriteFlags& flags);

// `facts` are told beside the two.
void PrintWritten(Session& session, const std::string& kind, const Json& resource,
                  const Json& receipt, const Json& facts = Json::object());

}  // namespace twinledger::client
