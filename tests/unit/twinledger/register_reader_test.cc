#include <gtest/gtest.h>

#include <chrono>

#include "twinledger/import/register_client.h"

namespace twinledger::client {
namespace {

// Whose calls have all been ended.
class EndedConnection {
 public:
  EndedConnection()
      : connection_(
            {.servers = {.text = "127.0.0.1:1", .addresses = {"127.0.0.1:1"}},
             .server_source = "",
             .folder = "",
             .ca_pem = "",
             .cert_pem = "",
             .key_pem = "",
             .not_after = {}},
            {.timeout = std::chrono::seconds(1), .connect_limit = std::chrono::seconds(1)}) {
    connection_.Cancel();
  }
  Connection& connection() { return connection_; }

 private:
  Connection connection_;
};

TEST(RegisterReaderTest, StoppingBeforeTheFirstCallIsCancelled) {
  EndedConnection ended;
  const ReadTick enough = [](std::uint64_t records) { return records > 0; };
  RegisterReader reader(ended.connection(), enough);
  const auto councils = reader.Councils();
  ASSERT_FALSE(councils.ok());
  EXPECT_EQ(councils.error().code, Code::kCancelled);
}

TEST(RegisterReaderTest, WhoEndsTheConnectionIsToldSo) {
  EndedConnection ended;
  const ReadTick on = [](std::uint64_t) { return true; };
  RegisterReader reader(ended.connection(), on);
  const auto councils = reader.Councils();
  ASSERT_FALSE(councils.ok());
  EXPECT_EQ(councils.error().code, Code::kCancelled);
}

TEST(RegisterReaderTest, NothingIsAskedWhereNothingIsNamed) {
  EndedConnection ended;
  const ReadTick on = [](std::uint64_t) { return true; };
  RegisterReader reader(ended.connection(), on);
  const auto partners = reader.Partners({});
  ASSERT_TRUE(partners.ok());
  EXPECT_TRUE(partners->empty());
  const auto relationships = reader.Relationships({});
  ASSERT_TRUE(relationships.ok());
  EXPECT_TRUE(relationships->empty());
}

}  // namespace
}  // namespace twinledger::client
