#include "platform/log/kafka/kafka_error.h"

#include <fmt/format.h>

namespace twinledger::log {
namespace {

struct Meaning {
  Code code;
  std::string_view reason;
  std::string_view remedy;
};

Meaning MeaningOf(rd_kafka_resp_err_t error) {
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return {Code::kPermissionDenied, "KAFKA_FORBIDS",
              "let this program's principal do it (kafka-acls.sh)"};
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__SSL:
      return {Code::kUnauthenticated, "KAFKA_REFUSES_CREDENTIALS",
              "check the certificate, key, CA or password that the address names"};
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
      return {Code::kInvalidArgument, "KAFKA_REFUSES",
              "check the address; replication needs as many brokers"};
    default:
      return {Code::kUnavailable, "KAFKA_UNAVAILABLE",
              "check that the brokers run and can be reached; it is tried again"};
  }
}

}  // namespace

Error KafkaError(std::string_view what, rd_kafka_resp_err_t error, std::string_view detail) {
  const Meaning meaning = MeaningOf(error);
  const std::string_view name = rd_kafka_err2name(error);
  const std::string_view text = detail.empty() ? rd_kafka_err2str(error) : detail;
  return {meaning.code,
          fmt::format("Kafka: {}: {} ({}); {}", what, text, name, meaning.remedy),
          std::string(meaning.reason),
          {{"what", std::string(what)},
           {"kafka_error", std::string(name)},
           {"detail", std::string(text)}}};
}

Error WhileOpen(Error error) {
  if (error.code != Code::kDataLoss && error.code != Code::kOutOfRange) {
    error.code = Code::kUnavailable;
  }
  error.violations.clear();
  return error;
}

bool MayPass(rd_kafka_resp_err_t error) {
  const Code code = MeaningOf(error).code;
  return code == Code::kUnavailable;
}

}  // namespace twinledger::log
