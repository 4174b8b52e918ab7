// Which servers a setting names, and what a wrong one is told.
#include "twinledger/connection/server_list.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace twinledger::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<ServerList> Parse(const std::string& text) {
  return ParseServers({.value = text, .source = "flag --server"});
}

TEST(ServerListTest, OneServerOrSeveralAreAddresses) {
  EXPECT_THAT(Parse("127.0.0.1:7443")->addresses, ElementsAre("127.0.0.1:7443"));
  EXPECT_THAT(Parse("a.example:1,b.example:2,[2001:db8::7]:3")->addresses,
              ElementsAre("a.example:1", "b.example:2", "[2001:db8::7]:3"));
  EXPECT_THAT(Parse(" a:1 ,\tb:2 ")->addresses, ElementsAre("a:1", "b:2"));
  EXPECT_THAT(Parse("a:1")->name, IsEmpty());
  EXPECT_EQ(Parse("a:1,b:2")->text, "a:1,b:2");
}

TEST(ServerListTest, ANameStandsForEveryAddressItHas) {
  const Result<ServerList> named = Parse("dns:ledger.example:7443");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->name, "ledger.example");
  EXPECT_EQ(named->port, 7443);
  EXPECT_THAT(named->addresses, IsEmpty());
}

TEST(ServerListTest, AWrongOneIsToldWithItsSourceAndTheRemedy) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"", "an address is empty"},
      {"a:1,", "an address is empty: leave the comma out"},
      {"a:1,,b:2", "an address is empty"},
      {"ledger.example", "\"ledger.example\" has no port: write ledger.example:7443"},
      {"a:0", "\"0\" is no port of \"a:0\": use a number from 1 to 65535"},
      {"a:65536", "\"65536\" is no port"},
      {"a:http", "\"http\" is no port"},
      {"a:7443x", "\"7443x\" is no port"},
      {"a:", "\"\" is no port"},
      {":7443", "\":7443\" is no address"},
      {"https://a:1", "is no address: write HOST:PORT"},
      {"2001:db8::7:7443", "with an IPv6 address in brackets"},
      {"a b:1", "is no address"},
      {"a:1,b:2,a:1", "a:1 stands there twice"},
      {"dns:a:1,b:2", "stands alone"},
      {"b:2,dns:a:1", "stands alone"},
      {"dns:a", "has no port"},
      {"dns::1", "is no address"},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    const Result<ServerList> servers = Parse(text);
    ASSERT_FALSE(servers.ok());
    EXPECT_EQ(servers.error().code, Code::kInvalidArgument);
    EXPECT_EQ(servers.error().reason, "SETTING_INVALID");
    EXPECT_THAT(servers.error().message, HasSubstr(expected));
    EXPECT_THAT(servers.error().message,
                HasSubstr(fmt::format("server = \"{}\" (flag --server)", text)));
  }
}

TEST(ServerListTest, ThereIsABound) {
  std::string text = "a:1";
  for (std::size_t i = 2; i <= kServersMax; ++i) text += fmt::format(",a:{}", i);
  EXPECT_EQ(Parse(text)->addresses.size(), kServersMax);
  EXPECT_THAT(Parse(text + ",b:1").error().message,
              HasSubstr("17 servers are too many: name at most 16"));
}

TEST(ServerListTest, TheSystemIsAskedForTheAddressesOfAName) {
  EXPECT_THAT(*LookUpAddresses("127.0.0.1", 7443), ElementsAre("127.0.0.1:7443"));
  EXPECT_THAT(*LookUpAddresses("::1", 7443), ElementsAre("[::1]:7443"));
  const auto nowhere = LookUpAddresses("no such name", 7443);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().reason, "NOT_REACHED");
  EXPECT_THAT(nowhere.error().message, HasSubstr("no such name"));
}

}  // namespace
}  // namespace twinledger::client
