#include "tests/kafka/raw_produce.h"

#include <string_view>

#include "platform/base/check.h"
#include "tests/kafka/record_batch.h"
#include "tests/support/local_http.h"

namespace twinledger::testing {
namespace {

constexpr std::uint64_t kProduce = 0;
constexpr std::uint64_t kVersion = 7;
constexpr std::uint64_t kNone = ~std::uint64_t{0};
constexpr std::uint64_t kPatienceMs = 30'000;

std::string Text(const std::string& text) { return BigEndian(text.size(), 2) + text; }

void Send(int broker, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(broker, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string Receive(int broker, std::size_t size) {
  std::string bytes(size, '\0');
  EXPECT_EQ(recv(broker, bytes.data(), size, MSG_WAITALL), static_cast<ssize_t>(size));
  return bytes;
}

std::int64_t Signed(std::string_view bytes) {
  std::uint64_t number = ReadBigEndian(bytes);
  const auto bits = 8 * bytes.size();
  if (bits < 64 && (number >> (bits - 1)) != 0) number |= kNone << bits;
  return static_cast<std::int64_t>(number);
}

}  // namespace

ProduceAnswer ProduceBatch(const log::KafkaAddress& address, const log::PartitionId& partition,
                           const std::string& batch) {
  TL_CHECK(address.brokers.find(',') == std::string::npos);
  const std::string port = address.brokers.substr(address.brokers.rfind(':') + 1);
  const std::string topic = address.TopicOf(partition.stream);
  const std::string request =
      BigEndian(kProduce, 2) + BigEndian(kVersion, 2) + BigEndian(1, 4) + Text("by hand") +
      // No transaction, every copy, a time; one topic, one partition.
      BigEndian(kNone, 2) + BigEndian(kNone, 2) + BigEndian(kPatienceMs, 4) + BigEndian(1, 4) +
      Text(topic) + BigEndian(1, 4) + BigEndian(partition.partition, 4) +
      BigEndian(batch.size(), 4) + batch;
  const int broker = support::ConnectTo(static_cast<std::uint16_t>(std::stoul(port)));
  Send(broker, BigEndian(request.size(), 4) + request);
  const std::string answer = Receive(broker, ReadBigEndian(Receive(broker, 4)));
  close(broker);
  // Number of the request, topics, the topic, partitions, the partition.
  const std::size_t error_at = 4 + 4 + 2 + topic.size() + 4 + 4;
  if (answer.size() < error_at + 10) {
    ADD_FAILURE() << "an answer of " << answer.size() << " bytes";
    return {};
  }
  const std::string_view told(answer);
  return {Signed(told.substr(error_at, 2)), Signed(told.substr(error_at + 2, 8))};
}

}  // namespace twinledger::testing
