#include "platform/server/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "platform/server/setting_values.h"

namespace twinledger::server {
namespace {

using ::testing::HasSubstr;

const SourcedValue& Find(const Configuration& configuration, const std::string& key) {
  return *std::ranges::find(configuration.values, key, &SourcedValue::key);
}

TEST(SettingsTest, DefaultsListenOnLoopbackWithReflectionOff) {
  const Result<Configuration> resolved = Resolve({});
  ASSERT_TRUE(resolved) << resolved.error().message;
  const Settings& settings = resolved->settings;
  EXPECT_EQ(settings.listen.ToString(), "127.0.0.1:7443");
  EXPECT_EQ(settings.health_listen.ToString(), "127.0.0.1:7480");
  EXPECT_EQ(settings.metrics_listen.ToString(), "127.0.0.1:7490");
  EXPECT_TRUE(settings.listen.IsLoopback());
  EXPECT_FALSE(settings.reflection);
  EXPECT_FALSE(settings.kafka.has_value());
  EXPECT_EQ(settings.lag_seconds_max, 30u);
  EXPECT_TRUE(settings.services.empty());
  for (const SourcedValue& value : resolved->values)
    EXPECT_EQ(value.source, "default") << value.key;
}

TEST(SettingsTest, TheNearestLayerDecides) {
  const Layer flag{"flag", {{"log_level", "error"}}};
  const Layer environment{"environment", {{"log_level", "warning"}, {"drain_seconds", "7"}}};
  const Layer file{"file f",
                   {{"log_level", "debug"}, {"drain_seconds", "9"}, {"services", "audit"}}};
  const struct {
    std::vector<Layer> layers;
    const char* level;
    const char* level_source;
    const char* drain_source;
    const char* services_source;
  } kCases[] = {
      {{flag, environment, file}, "error", "flag", "environment", "file f"},
      {{environment, file}, "warning", "environment", "environment", "file f"},
      {{file}, "debug", "file f", "file f", "file f"},
      {{flag}, "error", "flag", "default", "default"},
      {{}, "info", "default", "default", "default"},
  };
  for (const auto& [layers, level, level_source, drain_source, services_source] : kCases) {
    SCOPED_TRACE(layers.size());
    const Result<Configuration> resolved = Resolve(layers);
    ASSERT_TRUE(resolved);
    EXPECT_EQ(resolved->settings.log_level, level);
    EXPECT_EQ(Find(*resolved, "log_level").source, level_source);
    EXPECT_EQ(Find(*resolved, "drain_seconds").source, drain_source);
    EXPECT_EQ(Find(*resolved, "services").source, services_source);
  }
}

TEST(SettingsTest, AFileMayHoldCommentsListsNumbersAndSwitches) {
  const Result<Layer> layer = ReadFileLayer("f", R"({
    // What this host is called.
    "server_names": ["a.example", "b.example"],
    "drain_seconds": 3, "reflection": true, "data_dir": "/srv/twinledger"})");
  ASSERT_TRUE(layer) << layer.error().message;
  const Result<Configuration> resolved = Resolve({*layer});
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->settings.server_names, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_EQ(resolved->settings.drain_seconds, 3u);
  EXPECT_TRUE(resolved->settings.reflection);
  EXPECT_EQ(resolved->settings.data_dir.root(), "/srv/twinledger");
}

TEST(SettingsTest, AnUnknownKeyNamesTheNearestOne) {
  const Result<Layer> layer = ReadFileLayer("f", R"({"data_dri": "x"})");
  ASSERT_FALSE(layer);
  EXPECT_EQ(layer.error().reason, "UNKNOWN_SETTING");
  EXPECT_THAT(layer.error().message,
              HasSubstr("there is no setting \"data_dri\"; did you mean \"data_dir\"?"));
}

TEST(SettingsTest, WhereNoKeyIsNearNoneIsNamed) {
  const Result<Layer> layer = ReadFileLayer("f", R"({"frobnicate": "x"})");
  ASSERT_FALSE(layer);
  EXPECT_THAT(layer.error().message,
              HasSubstr("there is no setting \"frobnicate\"; --print-config shows all there are"));
}

TEST(SettingsTest, WhatIsNoFileOfSettingsIsRefused) {
  for (const char* const text : {"", "[]", "{\"drain_seconds\": {}}", "{", "{\"listen\": null}"}) {
    SCOPED_TRACE(text);
    const Result<Layer> layer = ReadFileLayer("f", text);
    ASSERT_FALSE(layer);
    EXPECT_EQ(layer.error().reason, "BAD_CONFIG_FILE");
  }
  const Result<Layer> cut = ReadFileLayer("f", std::string_view("{}\0{\"listen\": 7}", 16));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().message, "f: has a zero byte: it is no text");
}

TEST(SettingsTest, EveryWrongValueIsNamedAtOnce) {
  const Result<Configuration> resolved = Resolve({{"flag",
                                                   {{"listen", "somewhere"},
                                                    {"drain_seconds", "-1"},
                                                    {"reflection", "perhaps"},
                                                    {"log_level", "loud"},
                                                    {"segment_bytes", "12"},
                                                    {"founding_hash", "ABC"},
                                                    {"server_names", "register.example,-"},
                                                    {"trust_domain", "Example"},
                                                    {"data_dir", ""}}}});
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().reason, "BAD_SETTING");
  EXPECT_EQ(resolved.error().violations.size(), 9u) << resolved.error().message;
}

TEST(SettingsTest, ServerNamesAreNamesOfHosts) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label.substr(2);
  for (const std::string& names :
       {std::string(), std::string("a.example,b-2.example"), std::string("twinledger-0.twinledger"),
        std::string("3com.example"), std::string("Register"), longest}) {
    EXPECT_TRUE(Resolve({{"flag", {{"server_names", names}}}})) << names;
  }
  for (const std::string& name :
       {std::string("192.0.2.7"), std::string("::1"), std::string("a_b.example"),
        std::string("a..example"), std::string("a.example."), std::string("-a.example"),
        std::string("a-.example"), std::string("a.example:7443"), std::string("*.example"),
        std::string("a example"), label + "a", longest + "a"}) {
    const Result<Configuration> resolved = Resolve({{"flag", {{"server_names", "ok," + name}}}});
    ASSERT_FALSE(resolved) << name;
    EXPECT_THAT(resolved.error().message, HasSubstr("\"" + name + "\" is none"));
  }
}

TEST(SettingsTest, ALogIsEmbeddedOrAKafkaAddress) {
  const Result<Configuration> resolved =
      Resolve({{"flag", {{"log", "kafka://a:9092,b:9092/council?replication=2"}}}});
  ASSERT_TRUE(resolved) << resolved.error().message;
  ASSERT_TRUE(resolved->settings.kafka.has_value());
  EXPECT_EQ(resolved->settings.kafka->brokers, "a:9092,b:9092");
  EXPECT_EQ(resolved->settings.kafka->prefix, "council");
  const struct {
    const char* log;
    const char* told;
  } kWrong[] = {
      {"redis://a:1", "expected embedded, or kafka://"},
      {"kafka://a", "write HOST:PORT"},
      {"kafka://a:9092?acks=0", "it is none of replication"},
  };
  for (const auto& [log, told] : kWrong) {
    SCOPED_TRACE(log);
    const Result<Configuration> wrong = Resolve({{"environment", {{"log", log}}}});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().reason, "BAD_SETTING");
    EXPECT_NE(wrong.error().message.find(told), std::string::npos) << wrong.error().message;
    EXPECT_NE(wrong.error().message.find("log = \"" + std::string(log) + "\" (environment)"),
              std::string::npos);
  }
}

TEST(SettingsTest, TheEnvironmentIsReadByItsOwnNames) {
  const Layer layer = ReadEnvironmentLayer(
      {{"TWINLEDGER_DATA_DIR", "/d"}, {"TWINLEDGER_PROFILE", "of the client"}, {"PATH", "/bin"}});
  EXPECT_EQ(layer.values, (std::map<std::string, std::string>{{"data_dir", "/d"}}));
  EXPECT_EQ(FlagOf("health_listen"), "--health-listen");
}

TEST(SettingsTest, PrintingTellsEachValuesSource) {
  const Result<Configuration> resolved = Resolve({{"flag", {{"log_level", "debug"}}}});
  ASSERT_TRUE(resolved);
  const std::string text = PrintConfiguration(*resolved);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'),
            static_cast<std::ptrdiff_t>(SettingDescriptions().size()));
  EXPECT_NE(text.find("log_level            debug                    flag\n"), std::string::npos);
}

TEST(SettingValuesTest, AddressesAreNumericWithAPort) {
  const struct {
    const char* text;
    const char* host;  // Null: refused.
    int port;
  } kCases[] = {
      {"127.0.0.1:7443", "127.0.0.1", 7443},
      {"[::1]:0", "::1", 0},
      {"0.0.0.0:65535", "0.0.0.0", 65535},
      {"::1:7443", nullptr, 0},
      {"localhost:1", nullptr, 0},
      {"127.0.0.1", nullptr, 0},
      {"127.0.0.1:", nullptr, 0},
      {"127.0.0.1:65536", nullptr, 0},
      {"[127.0.0.1]:1", nullptr, 0},
      {":7443", nullptr, 0},
      {"127.0.0.1: 1", nullptr, 0},
  };
  for (const auto& [text, host, port] : kCases) {
    SCOPED_TRACE(text);
    const Result<Address> address = ParseAddress(text);
    ASSERT_EQ(address.ok(), host != nullptr);
    if (host == nullptr) continue;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
    EXPECT_EQ(address->ToString(), text);
  }
}

}  // namespace
}  // namespace twinledger::server
