// Whatever is done with people's names, none of them is in any file of the server, in its metrics
// or in its errors: only in answers to those who may read them.
#include <absl/strings/ascii.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "platform/crypto/hash.h"
#include "platform/rpc/errors.h"
#include "platform/store/rocks_store.h"
#include "tests/end_to_end/server_fixture.h"
#include "tests/support/local_http.h"
#include "twinledger/registry/v1/registry_service.grpc.pb.h"

namespace twinledger {
namespace {

namespace v1 = registry::v1;
using ::testing::IsEmpty;
using ::testing::Not;
using Stub = v1::RegistryService::Stub;

class SealedNamesTest : public ServerTest {
 protected:
  std::string NewId() { return RandomUuid(random_); }

  // Random, so that it is nowhere by chance.
  std::string NewName() {
    names_.push_back("Canary" + crypto::Hex(random_.Bytes(10)));
    return names_.back();
  }

  std::unique_ptr<Stub> Registry(const std::string& role) {
    return v1::RegistryService::NewStub(As(role, *addresses_));
  }

  // The answer. What an error says is kept: no name may be in it.
  template <class Response, class Request>
  Response Call(const std::string& role,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                Request request, grpc::StatusCode expected = grpc::StatusCode::OK) {
    if constexpr (requires { request.set_request_id(""); }) request.set_request_id(NewId());
    if constexpr (requires { request.mutable_read_options(); }) {
      request.mutable_read_options()->set_latest(true);
    }
    grpc::ClientContext context;
    SetDeadline(context, std::chrono::seconds(60));
    Response response;
    const grpc::Status status = (Registry(role).get()->*method)(&context, request, &response);
    EXPECT_EQ(status.error_code(), expected) << status.error_message();
    told_ += status.error_message() + status.error_details();
    return response;
  }

  void StartServer() {
    server_ = Start();
    addresses_ = server_->WaitUntilServing();
    ASSERT_TRUE(addresses_) << LogText();
  }
  void StopServer() {
    const std::string& metrics = addresses_->metrics;
    const auto port = static_cast<std::uint16_t>(std::stoi(metrics.substr(metrics.rfind(':') + 1)));
    told_ += support::Ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    server_->Signal(SIGTERM);
    ASSERT_EQ(server_->Wait(), 0) << LogText();
    told_ += LogText();
  }

  // Every file below the data directory, and the rows that the store has compressed.
  std::map<std::string, std::string> AllThatIsKept() {
    std::map<std::string, std::string> kept;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data())) {
      if (entry.is_regular_file()) {
        kept[entry.path().string()] = support::ReadText(entry.path());
      }
    }
    for (const auto& entry : std::filesystem::directory_iterator(data() / "projections")) {
      const auto store = store::RocksStore::OpenForReading(entry.path());
      EXPECT_TRUE(store.ok()) << entry.path();
      std::string& rows = kept[entry.path().string() + " (rows)"];
      const auto iterator = (*store)->NewIterator();
      for (iterator->Seek(""); iterator->Valid(); iterator->Next()) {
        rows += std::string(iterator->key()) + std::string(iterator->value());
      }
    }
    return kept;
  }

  static bool Has(const std::string& text, const std::string& name) {
    return absl::AsciiStrToLower(text).find(absl::AsciiStrToLower(name)) != std::string::npos;
  }

  std::vector<std::string> FilesWith(const std::map<std::string, std::string>& kept,
                                     const std::string& name) {
    std::vector<std::string> files;
    for (const auto& [file, text] : kept) {
      if (Has(text, name)) files.push_back(file);
    }
    return files;
  }

  crypto::SystemRandom random_;
  std::vector<std::string> names_;
  std::string told_;
  std::unique_ptr<support::ServerProcess> server_;
  std::optional<support::ServerAddresses> addresses_;
};

TEST_F(SealedNamesTest, NoNameOfAPersonIsInAnyFileMetricOrError) {
  StartServer();
  const std::string agency = "agency-approver";
  v1::CreateCouncilRequest council;
  council.set_council_id("hutt-city");
  council.mutable_council()->set_display_name("Hutt City Council");
  council.mutable_council()->set_kind(v1::COUNCIL_KIND_CITY);
  Call(agency, &Stub::CreateCouncil, council);

  // An official: registered, checked alone, registered otherwise, amended, cleared.
  const std::string office = "Office" + NewId();
  v1::CreateOfficialRequest official;
  official.set_parent("councils/hutt-city");
  official.set_official_id(NewId());
  official.mutable_official()->set_office(office);
  official.mutable_official()->set_display_name(NewName());
  const auto created = Call(agency, &Stub::CreateOfficial, official).official();
  EXPECT_EQ(created.display_name(), names_.back());
  official.mutable_official()->set_display_name(NewName());
  Call(agency, &Stub::CreateOfficial, official, grpc::StatusCode::ALREADY_EXISTS);
  official.mutable_official()->set_display_name(NewName() + std::string(300, 'x'));
  Call(agency, &Stub::CreateOfficial, official, grpc::StatusCode::INVALID_ARGUMENT);
  official.mutable_official()->set_display_name(NewName());
  official.set_official_id(NewId());
  official.set_validate_only(true);
  Call(agency, &Stub::CreateOfficial, official);

  v1::UpdateOfficialRequest update;
  update.mutable_official()->set_name(created.name());
  update.mutable_official()->set_display_name(NewName());
  update.mutable_update_mask()->add_paths("display_name");
  update.set_etag(created.etag());
  const auto amended = Call(agency, &Stub::UpdateOfficial, update).official();
  EXPECT_EQ(amended.display_name(), names_.back());
  update.mutable_official()->set_display_name(NewName());
  Call(agency, &Stub::UpdateOfficial, update, grpc::StatusCode::ABORTED);
  update.mutable_official()->clear_display_name();
  update.set_etag(amended.etag());
  Call(agency, &Stub::UpdateOfficial, update);

  // A person among the principals, with all that is sealed of one.
  v1::CreatePrincipalRequest person;
  person.set_principal_id(NewId());
  person.mutable_principal()->set_kind(v1::PRINCIPAL_KIND_PERSON);
  person.mutable_principal()->set_display_name(NewName());
  person.mutable_principal()->add_aliases(NewName());
  person.mutable_principal()->add_aliases(NewName());
  person.mutable_principal()->set_role(NewName());
  const auto met = Call(agency, &Stub::CreatePrincipal, person).principal();
  v1::UpdatePrincipalRequest change;
  change.mutable_principal()->set_name(met.name());
  change.mutable_principal()->set_role(NewName());
  change.mutable_principal()->add_aliases(NewName());
  change.mutable_update_mask()->add_paths("role");
  change.mutable_update_mask()->add_paths("aliases");
  change.set_etag(met.etag());
  Call(agency, &Stub::UpdatePrincipal, change);

  // Read in every way, by those who may and those who may not; also filtered and ordered.
  for (const std::string role : {"agency-analyst", "auditor"}) {
    v1::ListOfficialsRequest officials;
    officials.set_parent("councils/-");
    officials.set_order_by("since desc");
    Call(role, &Stub::ListOfficials, officials);
    officials.set_filter("display_name = \"x\"");
    Call(role, &Stub::ListOfficials, officials, grpc::StatusCode::INVALID_ARGUMENT);
    Call(role, &Stub::ListPrincipals, v1::ListPrincipalsRequest());
    v1::ListOfficialHistoryRequest history;
    history.set_name(created.name());
    const auto versions = Call(role, &Stub::ListOfficialHistory, history);
    EXPECT_EQ(Has(versions.DebugString(), names_.front()), role == "agency-analyst");
    v1::GetPrincipalRequest get;
    get.set_name(met.name());
    EXPECT_EQ(Call(role, &Stub::GetPrincipal, get).principal().display_name(),
              role == "agency-analyst" ? met.display_name() : "");
  }
  StopServer();
  StartServer();  // Rows are flushed and read again.
  v1::GetPrincipalRequest get;
  get.set_name(met.name());
  EXPECT_EQ(Call(agency, &Stub::GetPrincipal, get).principal().display_name(), met.display_name());
  StopServer();

  const std::map<std::string, std::string> kept = AllThatIsKept();
  // What is in clear is found, so what is not found is not there.
  const std::vector<std::string> in_clear = FilesWith(kept, office);
  EXPECT_THAT(in_clear, ::testing::Contains(::testing::HasSubstr("/log/")));
  EXPECT_THAT(in_clear, ::testing::Contains(::testing::HasSubstr("(rows)")));
  ASSERT_EQ(names_.size(), 12u);
  for (const std::string& name : names_) {
    EXPECT_THAT(FilesWith(kept, name), IsEmpty());
    EXPECT_FALSE(Has(told_, name));
  }
  EXPECT_THAT(told_, Not(IsEmpty()));
}

}  // namespace
}  // namespace twinledger
