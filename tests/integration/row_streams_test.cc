// The bounds of a stream of rows, by a service that answers a row when the test says so.
#include "platform/rpc/row_streams.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "platform/base/clock.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/authority.h"
#include "platform/identity/principal_directory.h"
#include "platform/rpc/caller.h"
#include "platform/rpc/gate.h"
#include "tests/integration/caller.h"
#include "tests/support/temp_directory.h"
#include "twinledger/rpc/v1/consistency.pb.h"

namespace twinledger::rpc {
namespace {

using ::testing::SizeIs;
using testing::TwoWayCall;

constexpr std::string_view kMethod = "twinledger.engagement.v1.EngagementService/ImportRecords";

// Any message does; this one has a text.
v1::Receipt Text(const std::string& text) {
  v1::Receipt message;
  message.set_position(text);
  return message;
}

grpc::ByteBuffer BytesOf(const std::string& text) {
  const grpc::Slice slice(Text(text).SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

// What all streams of a test have taken and not answered yet.
class Desk {
 public:
  void Take(writer::Reply reply) {
    {
      const absl::MutexLock lock(&mutex_);
      ++taken_;
      if (!at_once_) return waiting_.push_back(std::move(reply));
    }
    reply(kOutcome);
  }
  void AnswerAtOnce(const std::string& text = "answer") {
    const absl::MutexLock lock(&mutex_);
    at_once_ = true;
    text_ = text;
  }
  std::string text() {
    const absl::MutexLock lock(&mutex_);
    return text_;
  }
  // So many, once they are there.
  void Answer(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      writer::Reply reply;
      const auto is_there = [this]()
                                ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !waiting_.empty(); };
      {
        const absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(&is_there));
        reply = std::move(waiting_.front());
        waiting_.pop_front();
      }
      reply(kOutcome);
    }
  }
  void WaitUntilTaken(std::size_t rows) {
    const auto are_taken = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return taken_ >= rows; };
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&are_taken));
  }
  std::size_t Taken() {
    const absl::MutexLock lock(&mutex_);
    return taken_;
  }

 private:
  const Error kOutcome{Code::kUnavailable, "as the test says", "REPEAT"};
  absl::Mutex mutex_;
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  bool at_once_ ABSL_GUARDED_BY(mutex_) = false;
  std::string text_ ABSL_GUARDED_BY(mutex_) = "answer";
  std::deque<writer::Reply> waiting_ ABSL_GUARDED_BY(mutex_);
};

class DeskWork final : public RowWork {
 public:
  DeskWork(RowStream& stream, Desk& desk) : stream_(stream), desk_(desk) {}

  void Take(std::vector<ArrivedRow> rows) override {
    for (const ArrivedRow& row : rows) desk_.Take(stream_.ReplyTo(row.number));
  }
  void Settle(std::vector<DecidedRow> rows) override {
    for (const DecidedRow& row : rows) stream_.Answer(row.number, BytesOf(desk_.text()));
  }
  grpc::ByteBuffer Unanswered(std::uint64_t, const Error& error) override {
    return BytesOf(error.reason);
  }

 private:
  RowStream& stream_;
  Desk& desk_;
};

class RowStreamsTest : public ::testing::Test, private grpc::CallbackGenericService {
 protected:
  void Serve(const RowStreamLimits& limits) {
    principals_ = *identity::PrincipalDirectory::Open(folder(), clock_);
    authenticator_ = std::make_unique<Authenticator>(*principals_, "twinledger.internal");
    gate_ = std::make_unique<Gate>(*authenticator_, limiter_, clock_, nullptr);
    streams_ = std::make_unique<RowStreams>(*gate_, limits);
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = authority_.server().authority_pem;
    options.pem_key_cert_pairs.push_back(
        {authority_.server().key_pem, authority_.server().certificate_pem});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
    ASSERT_TRUE(server_) << "no port of 127.0.0.1 is to be had";
  }
  ~RowStreamsTest() override {
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
  }

  std::unique_ptr<TwoWayCall> Open(const std::string& account = "k1") {
    const std::filesystem::path bundle = directory_.path() / account;
    if (!std::filesystem::exists(bundle)) {
      EXPECT_TRUE(
          authority_.Issue({identity::Role::kCouncilOfficer, "hutt-city", account}, bundle).ok());
    }
    callers_.push_back(
        std::make_unique<testing::Caller>("127.0.0.1:" + std::to_string(port_), bundle));
    return callers_.back()->Open(std::string(kMethod));
  }
  static std::string AnswerOf(TwoWayCall& call) {
    v1::Receipt answer;
    return call.Receive(answer) ? answer.position() : "the end";
  }
  static std::string EndOf(TwoWayCall& call) {
    v1::Receipt answer;
    while (call.Receive(answer)) {
    }
    const Result<void> ended = call.Finish();
    return ended.ok() ? "OK" : ended.error().reason;
  }

  Desk desk_;
  std::unique_ptr<Gate> gate_;
  testing::TempDirectory directory_;
  SystemClock clock_;
  crypto::SystemRandom random_;
  identity::Authority authority_ = *identity::Authority::Open(folder(), {}, clock_, random_);

 private:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return streams_->Run(context, kMethod, [this](RowStream& stream) {
      return std::make_unique<DeskWork>(stream, desk_);
    });
  }
  std::filesystem::path folder() const { return directory_.path() / "identity"; }

  RateLimiter limiter_{RateLimits{}, clock_};
  std::unique_ptr<identity::PrincipalDirectory> principals_;
  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<RowStreams> streams_;
  std::vector<std::unique_ptr<testing::Caller>> callers_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(RowStreamsTest, NoMoreRowsAreReadThanMayBeInFlight) {
  Serve({.rows_in_flight_max = 3});
  const auto call = Open();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(call->Send(Text("row")));  // The last waits on its way.
  desk_.WaitUntilTaken(3);
  const auto other = Open();
  ASSERT_TRUE(other->Send(Text("row")));  // Sent behind the fourth.
  desk_.WaitUntilTaken(4);
  EXPECT_EQ(desk_.Taken(), 4U);
  desk_.Answer(1);
  EXPECT_EQ(AnswerOf(*call), "answer");
  desk_.WaitUntilTaken(5);
  desk_.Answer(4);
  call->SendNoMore();
  EXPECT_EQ(EndOf(*call), "OK");
}

TEST_F(RowStreamsTest, NorMoreBytes) {
  Serve({.bytes_in_flight_max = 1000});
  const auto call = Open();
  ASSERT_TRUE(call->Send(Text(std::string(500, 'x'))));
  ASSERT_TRUE(call->Send(Text(std::string(500, 'x'))));
  ASSERT_TRUE(call->Send(Text("row")));
  desk_.WaitUntilTaken(2);
  desk_.Answer(1);
  EXPECT_EQ(AnswerOf(*call), "answer");
  desk_.WaitUntilTaken(3);
  desk_.Answer(2);
  call->SendNoMore();
  EXPECT_EQ(EndOf(*call), "OK");
}

TEST_F(RowStreamsTest, StreamsAreCountedInAllAndByAccount) {
  Serve({.streams_max = 3, .streams_of_account_max = 2});
  std::vector<std::unique_ptr<TwoWayCall>> open;
  for (const char* account : {"k1", "k1", "k2"}) {
    open.push_back(Open(account));
    ASSERT_TRUE(open.back()->Send(Text("row")));
    desk_.WaitUntilTaken(open.size());
    if (open.size() == 2) {
      EXPECT_EQ(EndOf(*Open("k1")), "TOO_MANY_STREAMS");  // Of the account.
    }
  }
  EXPECT_EQ(EndOf(*Open("k2")), "TOO_MANY_STREAMS");  // Of all.
  desk_.Answer(3);
  for (const auto& call : open) {
    call->SendNoMore();
    EXPECT_EQ(EndOf(*call), "OK");
  }
}

TEST_F(RowStreamsTest, AStreamEndsAtTheEndOfItsTime) {
  Serve({.time_max = std::chrono::seconds(5)});
  const auto call = Open();
  ASSERT_TRUE(call->Send(Text("row")));
  desk_.Answer(1);
  EXPECT_EQ(AnswerOf(*call), "answer");
  EXPECT_EQ(EndOf(*call), "STREAM_CUT");
}

TEST_F(RowStreamsTest, DrainingEndsAnIdleStreamAndWaitsForTheOutcomesOfOthers) {
  Serve({});
  const auto idle = Open();
  ASSERT_TRUE(idle->Send(Text("row")));
  desk_.WaitUntilTaken(1);
  desk_.Answer(1);
  EXPECT_EQ(AnswerOf(*idle), "answer");
  const auto busy = Open("k2");
  ASSERT_TRUE(busy->Send(Text("row")));
  desk_.WaitUntilTaken(2);
  std::jthread drain([this] { gate_->Drain(std::chrono::seconds(60)); });
  EXPECT_EQ(EndOf(*idle), "STOPPING");
  desk_.Answer(1);
  EXPECT_EQ(AnswerOf(*busy), "answer");
  EXPECT_EQ(EndOf(*busy), "STOPPING");
  EXPECT_EQ(EndOf(*Open()), "STOPPING");
}

TEST_F(RowStreamsTest, ACertificateThatIsRevokedMeanwhileEndsTheStream) {
  Serve({});
  desk_.AnswerAtOnce();
  const auto call = Open();
  std::string answer = "answer";
  ASSERT_TRUE(call->Send(Text("row")));
  ASSERT_EQ(AnswerOf(*call), answer);
  ASSERT_TRUE(authority_.Revoke("council/hutt-city/officer/k1").ok());
  while (answer == "answer" && call->Send(Text("row"))) {  // Lists are read again within seconds.
    answer = AnswerOf(*call);
  }
  EXPECT_EQ(answer, "REVOKED");
  EXPECT_EQ(EndOf(*call), "REVOKED");
}

// It lives, and its library answers pings: only its answers stand still.
TEST_F(RowStreamsTest, AClientThatTakesNoAnswersIsGivenUpAndMakesRoom) {
  Serve({.streams_of_account_max = 1, .reader_patience = std::chrono::seconds(1)});
  desk_.AnswerAtOnce(std::string(64 * 1024, 'x'));
  const auto call = Open();
  while (call->Send(Text("row"))) continue;  // Waits, when no more rows are read.
  EXPECT_LT(desk_.Taken(), 1000u);
  std::unique_ptr<TwoWayCall> next;
  do {
    next = Open();
    next->Send(Text("row"));
    next->SendNoMore();
  } while (EndOf(*next) == "TOO_MANY_STREAMS");
  EXPECT_EQ(EndOf(*call), "CANCELLED");
}

TEST_F(RowStreamsTest, AStreamWhoseClientIsGoneMakesRoom) {
  Serve({.streams_of_account_max = 1});
  desk_.AnswerAtOnce();
  for (int i = 0; i < 3; ++i) {
    std::unique_ptr<TwoWayCall> call;
    do {  // Until the server has heard of the end of the one before.
      call = Open();
      call->Send(Text("row"));
    } while (AnswerOf(*call) == "the end" && EndOf(*call) == "TOO_MANY_STREAMS");
    call->Cancel();
    EXPECT_EQ(EndOf(*call), "CANCELLED");
  }
}

}  // namespace
}  // namespace twinledger::rpc
