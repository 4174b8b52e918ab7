// Readers of the log who take a message a second, or none, or whose network says nothing any more:
// the server's memory stays bounded, others are served meanwhile, their places come free in time,
// and they go on where they were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <thread>

#include "platform/base/clock.h"
#include "platform/identity/authority.h"
#include "platform/rpc/errors.h"
#include "tests/faults/cutting_relay.h"
#include "tests/faults/key_holder.h"
#include "tests/faults/load_fixture.h"
#include "tests/support/local_http.h"
#include "twinledger/audit/v1/audit.grpc.pb.h"

namespace twinledger {
namespace {

namespace audit = audit::v1;
using ::testing::IsEmpty;

constexpr int kBesideReaders = 4;
constexpr int kStillReaders = 6;
constexpr int kFillRecords = 128;
constexpr std::size_t kFillBytes = 400 * 1024;
constexpr std::size_t kGrowthBytesMax = std::size_t{120} << 20;
// Less than what the readers would have waiting, if it waited in the server.
static_assert(kGrowthBytesMax < kStillReaders * kFillRecords * kFillBytes / 2);
constexpr std::chrono::seconds kPlacesFreeWithin{240};

std::size_t ResidentBytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::size_t kib = 0;
  for (std::string word; kib == 0 && status >> word;) {
    if (word == "VmRSS:") status >> kib;
  }
  return kib * 1024;
}

std::ptrdiff_t SocketsOf(pid_t pid) {
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid) + "/fd");
  return std::count_if(begin(open), end(open), [](const auto& entry) {
    std::error_code gone;
    return std::filesystem::read_symlink(entry.path(), gone).string().starts_with("socket:");
  });
}

// One stream of all records, on a connection of its own, and how far it has been read.
class RecordReader {
 public:
  using Position = std::map<std::pair<std::string, std::uint32_t>, std::uint64_t>;

  explicit RecordReader(const std::shared_ptr<grpc::Channel>& channel, const Position& behind = {})
      : stub_(audit::AuditService::NewStub(channel)), position_(behind) {
    audit::StreamRecordsRequest request;
    for (const auto& [partition, sequence] : behind) {
      auto& from = *request.mutable_from()->add_positions();
      from.set_stream(partition.first);
      from.set_partition(partition.second);
      from.set_sequence(sequence + 1);
    }
    reader_ = stub_->StreamRecords(&context_, request);
  }

  // False at the end. Each record follows the one before.
  bool Read() {
    audit::StreamRecordsResponse item;
    if (!reader_->Read(&item)) return false;
    if (!item.has_record()) return true;
    log::v1::Record record;
    log::v1::RecordBody body;
    EXPECT_TRUE(record.ParseFromString(item.record().record()) &&
                body.ParseFromString(record.body()));
    std::uint64_t& at = position_[{body.stream(), body.partition()}];
    EXPECT_EQ(body.first_sequence(), at + 1) << body.stream() << "/" << body.partition();
    at += static_cast<std::uint64_t>(body.commits_size());
    ++records_;
    return true;
  }
  grpc::Status ReadAll() {
    while (Read()) continue;
    return reader_->Finish();
  }
  void Cancel() { context_.TryCancel(); }

  int records() const { return records_; }
  const Position& position() const { return position_; }

 private:
  const std::unique_ptr<audit::AuditService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<audit::StreamRecordsResponse>> reader_;
  Position position_;
  std::atomic<int> records_ = 0;
};

class SlowReadersTest : public LoadedServerTest {
 protected:
  void Fill() {
    KeyHolder hand(data());
    log::v1::EntityKey key;
    key.set_type("council");
    key.set_id("filler");
    crypto::SystemRandom random;
    for (int i = 0; i < kFillRecords; ++i) {
      hand.Append("registry", key, random.Bytes(kFillBytes));  // Parked; the log keeps it.
    }
  }

  std::shared_ptr<grpc::Channel> AsAnotherAuditor() {
    const SystemClock clock;
    auto authority = identity::Authority::OpenExisting(data() / "identity", {}, clock, random_);
    EXPECT_TRUE(authority.ok());
    EXPECT_TRUE(authority->Issue({identity::Role::kAuditor, "", "other"}, root() / "other").ok());
    return support::Connect(at().services, root() / "other");
  }

  // How many readers the server has given up.
  int GivenUp() const {
    const std::string port = at().metrics.substr(at().metrics.rfind(':') + 1);
    const std::string metrics =
        support::Ask(static_cast<std::uint16_t>(std::stoi(port)),
                     "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string counter = "twinledger_rpc_limited_calls_total{reason=\"READER_STALLED\"} ";
    const std::size_t at = metrics.find(counter);
    return at == std::string::npos ? 0 : std::stoi(metrics.substr(at + counter.size()));
  }

 private:
  crypto::SystemRandom random_;
};

TEST_F(SlowReadersTest, ReadersThatDoNotReadHoldNeitherMemoryNorPlacesForLong) {
  Start();
  Stop();
  Fill();
  Start();
  StartClients(kBesideReaders);
  AwaitProgress();
  const auto other = AsAnotherAuditor();
  ASSERT_TRUE(RecordReader(other).ReadAll().ok());
  const std::size_t before = ResidentBytes(server().pid());

  // All eight places for streams of the log.
  std::vector<std::unique_ptr<RecordReader>> still;
  for (int i = 0; i < kStillReaders; ++i) {
    still.push_back(std::make_unique<RecordReader>(As("auditor")));
    ASSERT_TRUE(still.back()->Read());
  }
  RecordReader slow(As("auditor"));
  ASSERT_TRUE(slow.Read());
  std::atomic<bool> ending = false;
  std::jthread reads_slowly([&] {
    while (!ending && slow.Read()) std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  const std::ptrdiff_t sockets = SocketsOf(server().pid());
  CuttingRelay relay(at().services);
  RecordReader lost(support::Connect(relay.address(), support::ClientFolder(data(), "auditor")));
  ASSERT_TRUE(lost.Read());
  relay.Freeze();
  EXPECT_EQ(SocketsOf(server().pid()), sockets + 1);

  // The control: without a bound another auditor would be told so for an hour.
  EXPECT_EQ(rpc::FromStatus(RecordReader(other).ReadAll()).reason, "TOO_MANY_STREAMS");
  const auto started = std::chrono::steady_clock::now();
  std::size_t most = 0;
  std::optional<std::chrono::seconds> first_place;
  std::optional<std::chrono::seconds> connection_closed;
  const auto passed = [&started] {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            started);
  };
  while (GivenUp() < kStillReaders || !first_place || !connection_closed) {
    ASSERT_LT(passed(), kPlacesFreeWithin)
        << "readers given up: " << GivenUp() << (connection_closed ? "" : ", one is connected");
    AwaitProgress();
    most = std::max(most, ResidentBytes(server().pid()));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    if (!first_place && RecordReader(other).ReadAll().ok()) first_place = passed();
    if (!connection_closed && SocketsOf(server().pid()) <= sockets) connection_closed = passed();
  }
  std::cout << "memory " << (before >> 20) << " MiB, at most " << (most >> 20)
            << " MiB; the lost connection was closed after " << connection_closed->count()
            << " s, all readers given up after " << passed().count() << " s; read slowly "
            << slow.records() << " records" << std::endl;
  EXPECT_LT(most, before + kGrowthBytesMax);
  EXPECT_GT(slow.records(), 20) << "who reads, however slowly, is not given up";
  ending = true;
  reads_slowly.join();
  slow.Cancel();
  EXPECT_EQ(slow.ReadAll().error_code(), grpc::StatusCode::CANCELLED);
  lost.Cancel();

  // What was on its way is still had, and the rest is asked for.
  for (const auto& reader : still) {
    EXPECT_EQ(reader->ReadAll().error_code(), grpc::StatusCode::CANCELLED);
    EXPECT_LT(reader->records(), kFillRecords);
  }
  RecordReader rest(other, still.front()->position());
  const grpc::Status read = rest.ReadAll();
  EXPECT_TRUE(read.ok()) << read.error_message();
  EXPECT_GE(still.front()->records() + rest.records(), kFillRecords);
  FinishClients();
  Stop();
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace twinledger
