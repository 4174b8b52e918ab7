// Errors of the client library as ours.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace twinledger::log {

// `what` could not be done, for `error`; `detail` is what the library or the broker adds. Errors
// that may pass are UNAVAILABLE.
Error KafkaError(std::string_view what, rd_kafka_resp_err_t error, std::string_view detail = "");

// The same of a log that is open: what is not damage may be mended while it is, so whoever hears of
// it tries again. What is wrong inside is for people, not for a caller's fields.
Error WhileOpen(Error error);

// Whether asking again, perhaps another broker, may help.
bool MayPass(rd_kafka_resp_err_t error);

}  // namespace twinledger::log
