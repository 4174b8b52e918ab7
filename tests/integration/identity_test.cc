// Real handshakes over loopback: which certificates get a connection, which of those are somebody,
// and what becomes of a connection whose certificate is revoked.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/crypto/certificates.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/client_bundle.h"
#include "platform/identity/issued_certificates.h"
#include "platform/identity/principal_directory.h"
#include "platform/rpc/caller.h"
#include "platform/rpc/errors.h"
#include "platform/rpc/gate.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "twinledger/operations/v1/operations.grpc.pb.h"

namespace twinledger {
namespace {

namespace v1 = operations::v1;
using crypto::CertificateUse;
using crypto::SubjectNames;
using std::chrono::days;
using std::chrono::hours;

constexpr std::string_view kGetHealth = "twinledger.operations.v1.OperationsService/GetHealth";
const std::string kOperator = "spiffe://twinledger.internal/operator/o1";

// Answers whoever the gate lets in.
class HealthService final : public v1::OperationsService::CallbackService {
 public:
  explicit HealthService(rpc::Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetHealth(grpc::CallbackServerContext* context,
                                      const v1::GetHealthRequest*,
                                      v1::GetHealthResponse* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    deadline = gate_.DeadlineOf(*context);
    const auto caller = gate_.Enter(*context, kGetHealth);
    if (caller) response->set_version("1");
    reactor->Finish(caller ? grpc::Status::OK : rpc::ToStatus(caller.error()));
    return reactor;
  }

  std::atomic<MonotonicTime> deadline = MonotonicTime{};  // Of the last call.

 private:
  rpc::Gate& gate_;
};

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() : authority_(Opened()), credential_(LoadAuthority()) {
    principals_ = *identity::PrincipalDirectory::Open(folder(), clock_);
    authenticator_.emplace(*principals_, "twinledger.internal");
    gate_.emplace(*authenticator_, limiter_, clock_, nullptr);
    service_.emplace(*gate_);
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = authority_.server().authority_pem;
    options.pem_key_cert_pairs.push_back(
        {authority_.server().key_pem, authority_.server().certificate_pem});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterService(&*service_);
    server_ = builder.BuildAndStart();
  }
  ~IdentityTest() override {
    if (server_) server_->Shutdown();
  }

  void SetUp() override { ASSERT_TRUE(server_) << "no port of 127.0.0.1 is to be had"; }

  std::filesystem::path folder() const { return directory_.path() / "identity"; }

  identity::Authority Opened() { return *identity::Authority::Open(folder(), {}, clock_, random_); }
  // With the authority's key, a test signs what the authority itself never would.
  crypto::CertificateAuthority LoadAuthority() const {
    return *crypto::CertificateAuthority::FromPem(testing::ReadFile(folder() / "ca.pem"),
                                                  testing::ReadFile(folder() / "ca.key"));
  }

  crypto::IssuedCertificate Certificate(SubjectNames names) {
    const WallTime now = clock_.Now();
    return Certificate(credential_, std::move(names), now - hours(1), now + days(1));
  }
  crypto::IssuedCertificate Certificate(const crypto::CertificateAuthority& by, SubjectNames names,
                                        WallTime not_before, WallTime not_after,
                                        CertificateUse use = CertificateUse::kClient) {
    return *by.Issue({.common_name = kOperator,
                      .names = std::move(names),
                      .use = use,
                      .not_before = not_before,
                      .not_after = not_after},
                     random_);
  }
  crypto::IssuedCertificate Registered(crypto::IssuedCertificate certificate,
                                       const std::string& uri = kOperator) {
    EXPECT_TRUE(identity::AppendIssued(folder(),
                                       {certificate.facts.serial, uri, certificate.facts.not_after})
                    .ok());
    clock_.Advance(std::chrono::seconds(10));
    return certificate;
  }

  std::unique_ptr<v1::OperationsService::Stub> Connect(
      std::shared_ptr<grpc::ChannelCredentials> credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::OperationsService::NewStub(grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(port_), std::move(credentials), arguments));
  }
  std::unique_ptr<v1::OperationsService::Stub> Connect(
      const crypto::IssuedCertificate& certificate) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = authority_.server().authority_pem;
    options.pem_private_key = certificate.key_pem;
    options.pem_cert_chain = certificate.certificate_pem;
    return Connect(grpc::SslCredentials(options));
  }

  static grpc::Status Call(v1::OperationsService::Stub& stub,
                           const v1::GetHealthRequest& request = {}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::GetHealthResponse response;
    return stub.GetHealth(&context, request, &response);
  }
  // The reason that a call with this certificate is refused for, or OK.
  std::string Verdict(const crypto::IssuedCertificate& certificate) {
    const grpc::Status status = Call(*Connect(certificate));
    return status.ok() ? "OK" : rpc::FromStatus(status).reason;
  }

  testing::TempDirectory directory_;
  support::ManualClock clock_{SystemClock().Now()};
  crypto::SystemRandom random_;
  identity::Authority authority_;
  crypto::CertificateAuthority credential_;
  std::unique_ptr<identity::PrincipalDirectory> principals_;
  std::optional<rpc::Authenticator> authenticator_;
  rpc::RateLimiter limiter_{{}, clock_};
  std::optional<rpc::Gate> gate_;
  std::optional<HealthService> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(IdentityTest, ACallLastsAsLongAsItsClientWaitsAndNoLongerThanTheServerAllows) {
  const auto stub = Connect(Registered(Certificate({.dns = {}, .ips = {}, .uris = {kOperator}})));
  ASSERT_TRUE(Call(*stub).ok());  // With a deadline of 20 s.
  EXPECT_GT(service_->deadline.load(), clock_.Monotonic());
  EXPECT_LE(service_->deadline.load(), clock_.Monotonic() + std::chrono::seconds(20));
  grpc::ClientContext without;
  v1::GetHealthResponse response;
  ASSERT_TRUE(stub->GetHealth(&without, {}, &response).ok());
  EXPECT_EQ(service_->deadline.load(), clock_.Monotonic() + rpc::kCallTimeMax);
}

TEST_F(IdentityTest, AnAccountHasNoMoreCallsAndStreamsInProgressThanItMay) {
  const auto fill = [&](std::size_t most, const std::function<Result<rpc::AccountSlot>()>& take) {
    std::vector<rpc::AccountSlot> held;
    for (std::size_t i = 0; i < most; ++i) {
      Result<rpc::AccountSlot> slot = take();
      EXPECT_TRUE(slot.ok()) << i;
      if (slot) held.push_back(*std::move(slot));
    }
    const Result<rpc::AccountSlot> next = take();
    EXPECT_FALSE(next.ok());
    return next.ok() ? Error{} : next.error();
  };
  const Error calls = fill(256, [&] { return gate_->TakeCall("operator/o1"); });
  EXPECT_EQ(calls.code, Code::kResourceExhausted);
  EXPECT_EQ(calls.reason, "TOO_MANY_CALLS");
  EXPECT_TRUE(calls.retry_after.has_value());
  const Error streams = fill(8, [&] { return gate_->TakeStream("operator/o1"); });
  EXPECT_EQ(streams.code, Code::kResourceExhausted);
  EXPECT_EQ(streams.reason, "TOO_MANY_STREAMS");
  EXPECT_TRUE(streams.retry_after.has_value());
}

TEST_F(IdentityTest, ARegisteredCertificateWithOneSpiffeUriIsSomebody) {
  EXPECT_EQ(Verdict(Registered(Certificate({.dns = {}, .ips = {}, .uris = {kOperator}}))), "OK");
}

TEST_F(IdentityTest, OtherKindsOfNamesBesideTheUriDoNoHarm) {
  EXPECT_EQ(Verdict(Registered(
                Certificate({.dns = {"example.org"}, .ips = {"10.0.0.1"}, .uris = {kOperator}}))),
            "OK");
}

TEST_F(IdentityTest, ABundleOfTheFirstStartWorks) {
  const auto bundle = identity::ReadBundle(folder() / "clients" / "operator");
  ASSERT_TRUE(bundle.ok());
  EXPECT_EQ(Verdict({bundle->certificate_pem, bundle->key_pem, {}}), "OK");
}

TEST_F(IdentityTest, ACertificateThatIsNotOneStrictNameIsNobody) {
  const struct {
    const char* why;
    SubjectNames names;
  } kCases[] = {
      {"two SPIFFE URIs",
       {.dns = {}, .ips = {}, .uris = {kOperator, "spiffe://twinledger.internal/operator/o2"}}},
      {"the same URI twice", {.dns = {}, .ips = {}, .uris = {kOperator, kOperator}}},
      {"a SPIFFE URI and another", {.dns = {}, .ips = {}, .uris = {kOperator, "https://a.org"}}},
      {"no name but the common name", {}},
      {"a DNS name that looks like one", {.dns = {kOperator}, .ips = {}, .uris = {}}},
      {"a URI of another scheme", {.dns = {}, .ips = {}, .uris = {"https://a.org/operator/o1"}}},
      {"upper case", {.dns = {}, .ips = {}, .uris = {"spiffe://TWINLEDGER.internal/operator/o1"}}},
      {"a port", {.dns = {}, .ips = {}, .uris = {"spiffe://twinledger.internal:1/operator/o1"}}},
      {"a query", {.dns = {}, .ips = {}, .uris = {"spiffe://twinledger.internal/operator/o1?a"}}},
      {"an escape", {.dns = {}, .ips = {}, .uris = {"spiffe://twinledger.internal/operator/%6f"}}},
      {"a slash at the end", {.dns = {}, .ips = {}, .uris = {kOperator + "/"}}},
      {"no path", {.dns = {}, .ips = {}, .uris = {"spiffe://twinledger.internal"}}},
      {"no role", {.dns = {}, .ips = {}, .uris = {"spiffe://twinledger.internal/janitor/o1"}}},
      {"another trust domain", {.dns = {}, .ips = {}, .uris = {"spiffe://other/operator/o1"}}},
  };
  for (const auto& [why, names] : kCases) {
    SCOPED_TRACE(why);
    const std::string uri = names.uris.empty() ? kOperator : names.uris.front();
    EXPECT_EQ(Verdict(Registered(Certificate(names), uri)), "BAD_IDENTITY");
  }
}

TEST_F(IdentityTest, ACertificateThatTheAuthorityDidNotRecordIsRefused) {
  const SubjectNames names{.dns = {}, .ips = {}, .uris = {kOperator}};
  EXPECT_EQ(Verdict(Certificate(names)), "NOT_REGISTERED");
  Registered(Certificate(names));
  EXPECT_EQ(Verdict(Certificate(names)), "NOT_REGISTERED") << "its name alone is recorded";
}

TEST_F(IdentityTest, WithoutAGoodCertificateThereIsNoConnection) {
  const WallTime now = clock_.Now();
  const SubjectNames names{.dns = {}, .ips = {}, .uris = {kOperator}};
  const auto other =
      crypto::CertificateAuthority::Create("Other", now - days(1), now + days(1), random_);
  const struct {
    const char* why;
    crypto::IssuedCertificate certificate;
  } kCases[] = {
      {"another authority", Certificate(other, names, now - hours(1), now + days(1))},
      {"expired", Certificate(credential_, names, now - days(2), now - days(1))},
      {"not yet valid", Certificate(credential_, names, now + days(1), now + days(2))},
      {"of a server",
       Certificate(credential_, names, now - hours(1), now + days(1), CertificateUse::kServer)},
  };
  for (const auto& [why, certificate] : kCases) {
    SCOPED_TRACE(why);
    EXPECT_EQ(Verdict(Registered(certificate)), "UNAVAILABLE");
  }
  const auto none = Connect(crypto::IssuedCertificate());
  EXPECT_EQ(Call(*none).error_code(), grpc::StatusCode::UNAVAILABLE);
  const auto plain = Connect(grpc::InsecureChannelCredentials());
  EXPECT_EQ(Call(*plain).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(IdentityTest, ARoleIsRefusedWhatItsRowInThePolicyDoesNotGrant) {
  const std::string analyst = "spiffe://twinledger.internal/agency-analyst/a1";
  const auto certificate =
      Registered(Certificate({.dns = {}, .ips = {}, .uris = {analyst}}), analyst);
  EXPECT_EQ(Verdict(certificate), "NOT_PERMITTED");
}

TEST_F(IdentityTest, ARevocationReachesAnOpenConnection) {
  const auto certificate = Registered(Certificate({.dns = {}, .ips = {}, .uris = {kOperator}}));
  const auto stub = Connect(certificate);
  ASSERT_TRUE(Call(*stub).ok());
  ASSERT_TRUE(authority_.Revoke(certificate.facts.serial).ok());
  clock_.Advance(std::chrono::seconds(10));
  const grpc::Status refused = Call(*stub);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(rpc::FromStatus(refused).reason, "REVOKED");
}

}  // namespace
}  // namespace twinledger
