// The messages of records, for the templates of registry/resource.h; and their names, as people
// type them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "twinledger/command/program.h"
#include "twinledger/engagement/v1/records.pb.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {

struct RecordApi {
  static constexpr const char* kSingular = "record";
  static constexpr const char* kPlural = "records";
  static constexpr const char* kType = "Record";
  static constexpr const char* kTypes = "Records";
  static constexpr std::string_view kService = "/twinledger.engagement.v1.EngagementService/";
  using Resource = engagement::v1::Record;
  using ListRequest = engagement::v1::ListRecordsRequest;
  using ListResponse = engagement::v1::ListRecordsResponse;
  using GetRequest = engagement::v1::GetRecordRequest;
  using GetResponse = engagement::v1::GetRecordResponse;
  using HistoryRequest = engagement::v1::ListRecordHistoryRequest;
  using HistoryResponse = engagement::v1::ListRecordHistoryResponse;

  static const auto& RowsOf(const ListResponse& response) { return response.records(); }
  template <class Response>
  static const Resource& ResourceOf(const Response& response) {
    return response.record();
  }
  static std::vector<Column> Columns();
  // The fields of its content stand beside its own: "gift.kind".
  static std::vector<Column> DetailsOf(const Resource& record);
};

// The record that a command is about, and its council.
void AddRecordName(Command command, std::string& record, std::string& council);

// "councils/C/records/UUID", or a UUID with the council named apart; in place of the UUID also
// "key:gift-0001", the record_key of the file that it was imported from. INVALID_ARGUMENT, reason
// COUNCIL_MISSING, for either alone.
Result<std::string> RecordName(const std::string& typed, const std::string& council);

}  // namespace twinledger::client
