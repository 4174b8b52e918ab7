#include "platform/telemetry/metrics_listener.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "platform/telemetry/metrics.h"
#include "tests/support/local_http.h"

namespace twinledger::telemetry {
namespace {

using support::Ask;
using support::ConnectTo;

class MetricsListenerTest : public testing::Test {
 protected:
  MetricsListenerTest() {
    Result<std::unique_ptr<MetricsListener>> opened =
        MetricsListener::Open("127.0.0.1", 0, [this] { return metrics_.Render(); });
    EXPECT_TRUE(opened) << opened.error().message;
    listener_ = *std::move(opened);
  }

  Metrics metrics_;
  std::unique_ptr<MetricsListener> listener_;
};

TEST_F(MetricsListenerTest, ServesWhatWasCounted) {
  metrics_.CountCall("twinledger.registry.v1.RegistryService/GetCouncil", "OK",
                     std::chrono::milliseconds(3));
  const std::string answer = Ask(listener_->port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("twinledger_rpc_calls_total{"), std::string::npos) << answer;
  EXPECT_NE(answer.find("code=\"OK\""), std::string::npos) << answer;
  EXPECT_NE(answer.find("twinledger_rpc_call_seconds_bucket{"), std::string::npos) << answer;
}

TEST_F(MetricsListenerTest, RefusesAllButGetOfMetrics) {
  const struct {
    std::string request;
    std::string status;
  } kCases[] = {
      {"GET / HTTP/1.1\r\n\r\n", "404"},
      {"GET /metricsx HTTP/1.1\r\n\r\n", "404"},
      {"POST /metrics HTTP/1.1\r\n\r\n", "405"},
      {"nonsense\r\n\r\n", "400"},
      {"GET /metrics SPDY/9\r\n\r\n", "400"},
      {"GET /metrics HTTP/1.1\r\nX: " + std::string(5000, 'a'), "431"},
  };
  for (const auto& [request, status] : kCases) {
    SCOPED_TRACE(request.substr(0, 40));
    EXPECT_TRUE(Ask(listener_->port(), request).starts_with("HTTP/1.1 " + status));
  }
}

TEST_F(MetricsListenerTest, IdleConnectionsStopNobody) {
  std::vector<int> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(ConnectTo(listener_->port()));
  EXPECT_TRUE(Ask(listener_->port(), "GET /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
  for (const int fd : idle) close(fd);
}

TEST_F(MetricsListenerTest, ARequestInPiecesIsAnswered) {
  const int fd = ConnectTo(listener_->port());
  for (const std::string piece : {"GET /met", "rics HT", "TP/1.1\r\n", "\r\n"}) {
    ASSERT_EQ(send(fd, piece.data(), piece.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(piece.size()));
  }
  char first[16] = {};
  EXPECT_EQ(recv(fd, first, 15, MSG_WAITALL), 15);
  EXPECT_EQ(std::string(first), "HTTP/1.1 200 OK");
  close(fd);
}

TEST(MetricsListenerAddressTest, AnAddressInUseIsNamed) {
  const auto first = MetricsListener::Open("127.0.0.1", 0, [] { return std::string(); });
  ASSERT_TRUE(first);
  const auto second =
      MetricsListener::Open("127.0.0.1", (*first)->port(), [] { return std::string(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "ADDRESS_IN_USE");
  const auto name = MetricsListener::Open("metrics.invalid", 0, [] { return std::string(); });
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().reason, "BAD_ADDRESS");
}

}  // namespace
}  // namespace twinledger::telemetry
