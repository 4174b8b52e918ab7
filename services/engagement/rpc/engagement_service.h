// twinledger.engagement.v1.EngagementService: parse, seal, submit or query, open, render.
//
// submit_calls.cc submits and amends, import_calls.cc many at once, step_calls.cc retracts,
// verifies and returns, read_calls.cc reads.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engagement/projection/engagement_view.h"
#include "engagement/rpc/handles.h"
#include "engagement/rpc/intents.h"
#include "engagement/rpc/known_ids.h"
#include "engagement/rpc/resource_names.h"
#include "engagement/rpc/texts.h"
#include "platform/keyring/key_maker.h"
#include "platform/keyring/keyring.h"
#include "platform/projection/runner.h"
#include "platform/rpc/handler.h"
#include "platform/rpc/row_streams.h"
#include "twinledger/engagement/v1/engagement_service.grpc.pb.h"

namespace twinledger::engagement {

// The methods as gRPC calls them. Rows of an import come as bytes, so that one that cannot be
// parsed is refused by itself.
using Api = v1::EngagementService;
using ApiMethods = Api::WithCallbackMethod_SubmitRecord<Api::WithCallbackMethod_GetRecord<
    Api::WithCallbackMethod_ListRecords<Api::WithCallbackMethod_AmendRecord<
        Api::WithCallbackMethod_RetractRecord<Api::WithCallbackMethod_VerifyRecord<
            Api::WithCallbackMethod_ReturnRecord<Api::WithCallbackMethod_ListRecordHistory<
                Api::WithRawCallbackMethod_ImportRecords<Api::Service>>>>>>>>>;

// Threads: thread-safe; gRPC calls it from any.
class EngagementService final : public ApiMethods {
 public:
  // All must outlive it.
  EngagementService(rpc::UnaryCalls& calls, const projection::Runner& runner,
                    keyring::Keyring& keyring);
  ~EngagementService() override;

  grpc::ServerUnaryReactor* SubmitRecord(grpc::CallbackServerContext* context,
                                         const v1::SubmitRecordRequest* request,
                                         v1::SubmitRecordResponse* response) override;
  grpc::ServerUnaryReactor* GetRecord(grpc::CallbackServerContext* context,
                                      const v1::GetRecordRequest* request,
                                      v1::GetRecordResponse* response) override;
  grpc::ServerUnaryReactor* ListRecords(grpc::CallbackServerContext* context,
                                        const v1::ListRecordsRequest* request,
                                        v1::ListRecordsResponse* response) override;
  grpc::ServerUnaryReactor* AmendRecord(grpc::CallbackServerContext* context,
                                        const v1::AmendRecordRequest* request,
                                        v1::AmendRecordResponse* response) override;
  grpc::ServerUnaryReactor* RetractRecord(grpc::CallbackServerContext* context,
                                          const v1::RetractRecordRequest* request,
                                          v1::RetractRecordResponse* response) override;
  grpc::ServerUnaryReactor* VerifyRecord(grpc::CallbackServerContext* context,
                                         const v1::VerifyRecordRequest* request,
                                         v1::VerifyRecordResponse* response) override;
  grpc::ServerUnaryReactor* ReturnRecord(grpc::CallbackServerContext* context,
                                         const v1::ReturnRecordRequest* request,
                                         v1::ReturnRecordResponse* response) override;
  grpc::ServerUnaryReactor* ListRecordHistory(grpc::CallbackServerContext* context,
                                              const v1::ListRecordHistoryRequest* request,
                                              v1::ListRecordHistoryResponse* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ImportRecords(
      grpc::CallbackServerContext* context) override;

 private:
  class Import;

  // What another stream holds, and never loses once it is there, is looked up before a command is
  // submitted: NOT_FOUND without a commit, so that the same request may be repeated later.
  Result<std::optional<Error>> MissingCouncil(const CouncilId& id) const;
  Result<std::optional<Error>> MissingRelationship(const RelationshipName& name) const;
  Result<std::optional<Error>> MissingHandle(const CouncilId& council,
                                             const std::vector<Handle>& handles) const;

  // The record as a write finds it, and with its texts: what it is compared with. Empty if there is
  // none, or not in the version that the write is based on.
  struct Current {
    std::optional<Versioned<Record>> record;
    v1::Record opened;

    const Record* row() const { return record ? &record->row : nullptr; }
    const RecordFields& fields() const {
      return record ? record->row.fields() : RecordFields::default_instance();
    }
  };
  Result<Current> CurrentOf(const RecordName& name, const Texts& texts,
                            const std::string& etag = {}) const;

  // A write on that version.
  template <class Request>
  static Write WriteOf(const Request& request, const Current& current) {
    return {request.request_id(), !request.validate_only() && !current.record};
  }

  Texts TextsOf(const RecordName& name) const;

  // Those of the record that a call writes.
  const Texts& TextsOf(const RecordName& name, const Prospect& prospect) const;

  // What a record lacks that the request names; nothing where it may be recorded.
  Result<std::optional<Error>> UnmetOf(const v1::SubmitRecordRequest& request) const;
  Result<std::optional<Error>> UnmetOf(const v1::AmendRecordRequest& request) const;

  // Calls `then` at once, with whether nothing is missing. But where something is, not before what
  // was registered until now is known here: who has just registered it may name it. With an error
  // where that takes too long.
  using Looked = std::function<void(const Result<bool>& met)>;
  template <class Request>
  void LookForNamed(const Request& request, const Looked& then);

  using Prepared = std::function<void(const Result<void>&)>;
  // Looks for what a new record names, then makes its key, unless it will not be recorded or has no
  // texts.
  void PrepareSubmit(const v1::SubmitRecordRequest& request, const Prospect& prospect,
                     Prepared then);
  void PrepareKey(const v1::SubmitRecordRequest& request, const Prospect& prospect, Prepared then);

  Result<rpc::Intent> PlanSubmit(const v1::SubmitRecordRequest& asked, std::optional<Error> unmet,
                                 const rpc::Admission& by, const Prospect& prospect) const;
  Result<rpc::Intent> PlanAmend(const v1::AmendRecordRequest& asked, const rpc::Admission& by,
                                const Prospect& prospect) const;

  // How the texts of one write are sealed; for one that only validates, not at all.
  SealText SealsOf(const Texts& texts, Sealing sealing, bool validate_only,
                   std::shared_ptr<const keyring::Sealer> sealer = nullptr) const;

  // The record as a write left it; for one that only validates, as it would leave it.
  Result<void> AnswerWritten(const RecordName& name, const writer::Outcome& outcome,
                             const store::RowReader& rows, const Prospect& prospect,
                             v1::Record& answer) const;

  template <class Request, class Response>
  grpc::ServerUnaryReactor* Step(grpc::CallbackServerContext* context, std::string_view method,
                                 const Request& request, Response& response);

  rpc::UnaryCalls& calls_;
  const projection::Runner& runner_;
  keyring::Keyring& keyring_;
  keyring::KeyMaker key_maker_;
  mutable KnownIds councils_;
  rpc::RowStreams imports_;
};

}  // namespace twinledger::engagement
