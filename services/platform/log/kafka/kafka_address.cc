#include "platform/log/kafka/kafka_address.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "platform/base/whole_file.h"
#include "platform/base/whole_number.h"

namespace twinledger::log {
namespace {

constexpr std::string_view kScheme = "kafka://";
constexpr std::size_t kPrefixMax = 200;  // Kafka's names have 249 characters at most.
constexpr std::uint32_t kReplicationMax = 9;

// A file whose first line is the password, since an address is seen in the list of processes.
constexpr std::string_view kPasswordFile = "sasl.password.location";

constexpr std::array kPassedOn = {
    std::string_view("client.id"),
    std::string_view("sasl.kerberos.keytab"),
    std::string_view("sasl.kerberos.principal"),
    std::string_view("sasl.kerberos.service.name"),
    std::string_view("sasl.mechanisms"),
    std::string_view("sasl.username"),
    std::string_view("security.protocol"),
    std::string_view("ssl.ca.location"),
    std::string_view("ssl.certificate.location"),
    std::string_view("ssl.crl.location"),
    std::string_view("ssl.key.location"),
};

Error BadAddress(std::string_view part, std::string_view value, std::string_view remedy) {
  return {Code::kInvalidArgument,
          fmt::format("kafka address: {} \"{}\": {}", part, value, remedy),
          "BAD_KAFKA_ADDRESS",
          {{"part", std::string(part)}, {"value", std::string(value)}}};
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

Result<void> CheckBroker(std::string_view broker) {
  const std::size_t colon = broker.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return BadAddress("broker", broker, "write HOST:PORT");
  }
  const std::string_view host = broker.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) {
    return BadAddress("broker", broker, "write an IPv6 address in brackets: [::1]:9092");
  }
  if (host.find_first_of(" \t@") != std::string_view::npos) {
    return BadAddress("broker", broker, "a host has no spaces and no user");
  }
  const auto port = WholeNumber<std::uint32_t>(broker.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) {
    return BadAddress("broker", broker, "a port is a number from 1 to 65535");
  }
  return {};
}

Result<void> CheckPrefix(std::string_view prefix) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  if (!prefix.empty() && prefix.size() <= kPrefixMax && prefix.front() != '.' &&
      std::all_of(prefix.begin(), prefix.end(), allowed)) {
    return {};
  }
  return BadAddress("prefix", prefix,
                    fmt::format("1 to {} of a-z, A-Z, 0-9, '-', '_' and '.', not beginning with "
                                "'.'",
                                kPrefixMax));
}

Result<std::string> FirstLine(std::string_view path) {
  TL_TRY(const std::string whole, ReadWholeFile(std::string(path)));
  return whole.substr(0, whole.find_first_of("\r\n"));
}

Result<void> TakeOption(std::string_view option, KafkaAddress& address) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : option.substr(equals + 1);
  if (value.empty()) return BadAddress("option", option, "write NAME=VALUE");
  if (name == "replication") {
    const auto replication = WholeNumber<std::uint32_t>(value);
    if (!replication || *replication == 0 || *replication > kReplicationMax) {
      return BadAddress("option", option, fmt::format("a number from 1 to {}", kReplicationMax));
    }
    address.replication = *replication;
    return {};
  }
  std::string property(name);
  std::string text(value);
  if (name == kPasswordFile) {
    property = "sasl.password";
    TL_TRY(text, FirstLine(value));
  } else if (std::find(kPassedOn.begin(), kPassedOn.end(), name) == kPassedOn.end()) {
    return BadAddress("option", option,
                      fmt::format("it is none of replication, {}, {}", kPasswordFile,
                                  fmt::join(kPassedOn, ", ")));
  }
  if (!address.properties.emplace(property, text).second) {
    return BadAddress("option", option, "it is given twice");
  }
  return {};
}

// What the other options ask for, unless it is said.
std::string SecurityProtocol(const KafkaAddress& address) {
  bool ssl = false;
  bool sasl = false;
  for (const auto& [name, value] : address.properties) {
    ssl = ssl || name.starts_with("ssl.");
    sasl = sasl || name.starts_with("sasl.");
  }
  if (sasl) return "sasl_ssl";  // Never a password in plain text by default.
  return ssl ? "ssl" : "plaintext";
}

}  // namespace

std::string KafkaAddress::TopicOf(std::string_view stream) const {
  return fmt::format("{}.{}", prefix, stream);
}

bool IsKafkaAddress(std::string_view text) { return text.starts_with(kScheme); }

Result<KafkaAddress> ParseKafkaAddress(std::string_view text) {
  if (!IsKafkaAddress(text)) {
    return BadAddress("address", text, "write kafka://HOST:PORT,HOST:PORT/PREFIX?NAME=VALUE");
  }
  KafkaAddress address;
  std::string_view rest = text.substr(kScheme.size());
  std::string_view options;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    options = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    address.prefix = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    TL_TRY_VOID(CheckPrefix(address.prefix));
  }
  for (const std::string_view broker : Split(rest, ',')) TL_TRY_VOID(CheckBroker(broker));
  address.brokers = rest;
  if (!options.empty()) {
    for (const std::string_view option : Split(options, '&')) {
      TL_TRY_VOID(TakeOption(option, address));
    }
  }
  address.properties.try_emplace("security.protocol", SecurityProtocol(address));
  return address;
}

}  // namespace twinledger::log
