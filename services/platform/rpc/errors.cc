#include "platform/rpc/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace twinledger::rpc {
namespace {

// All that a status says goes into trailers, which most clients cap at 8 KiB: the details come
// twice over base64 (4/3), the message up to three times over percent-encoding.
constexpr std::size_t kDetailsBytesMax = 3800;
constexpr std::size_t kMessageBytesMax = 800;
// No trailer: some hundred violations.
constexpr std::size_t kDetailsInMessageBytesMax = 32 * 1024;
constexpr std::size_t kDescriptionBytesMin = 300;  // That there is room for: more, if few are told.
constexpr std::size_t kDescriptionBytesMax = 1500;
constexpr std::size_t kFieldBytesMax = 200;
constexpr std::size_t kMetadataValueBytesMax = 300;
constexpr std::size_t kMetadataEntriesMax = 16;
constexpr std::chrono::milliseconds kUnavailableRetry{1000};

// At most `bytes_max` bytes of `text`, never half a character.
std::string Shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

Error Public(const Error& error) {
  if (!IsOfTheServer(error.code)) return error;
  Error shown{.code = error.code,
              .message = "the server failed; its operator finds the cause in its log",
              .reason = error.reason};
  if (error.code == Code::kDataLoss) {
    shown.message = "the log is damaged where this request needs it; its operator has been alarmed";
  }
  shown.retry_after = error.retry_after;
  return shown;
}

google::rpc::ErrorInfo InfoOf(const Error& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(error.reason.empty() ? std::string(Name(error.code)) : error.reason);
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : error.metadata) {
    if (info.metadata_size() >= static_cast<int>(kMetadataEntriesMax)) break;
    (*info.mutable_metadata())[key] = Shortened(value, kMetadataValueBytesMax);
  }
  return info;
}

constexpr std::size_t kRoomForLast = 80;

// Of each violation's description, where all are to have as much of `bytes_max`.
std::size_t DescriptionMax(const Error& error, std::size_t bytes_max) {
  constexpr std::size_t kEncoding = 16;
  std::size_t taken = kRoomForLast;
  for (const FieldViolation& violation : error.violations) {
    taken += std::min(violation.field.size(), kFieldBytesMax) + kEncoding;
  }
  if (error.violations.empty() || taken > bytes_max) return kDescriptionBytesMin;
  return std::clamp((bytes_max - taken) / error.violations.size(), kDescriptionBytesMin,
                    kDescriptionBytesMax);
}

// The violations that fit into `bytes_max`; how many were left off stands in the last.
google::rpc::BadRequest BadRequestOf(const Error& error, std::size_t bytes_max) {
  const std::size_t description_max = DescriptionMax(error, bytes_max);
  google::rpc::BadRequest bad;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < error.violations.size(); ++i) {
    google::rpc::BadRequest::FieldViolation violation;
    violation.set_field(Shortened(error.violations[i].field, kFieldBytesMax));
    violation.set_description(Shortened(error.violations[i].description, description_max));
    bytes += violation.ByteSizeLong() + 4;
    if (bytes + kRoomForLast > bytes_max) {
      bad.add_field_violations()->set_description(
          fmt::format("and {} more violations", error.violations.size() - i));
      break;
    }
    *bad.add_field_violations() = std::move(violation);
  }
  return bad;
}

google::rpc::RetryInfo RetryOf(std::chrono::milliseconds after) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(after.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(after.count() % 1000) * 1'000'000);
  return retry;
}

google::rpc::PreconditionFailure PreconditionOf(const google::rpc::ErrorInfo& info,
                                                const std::string& message) {
  google::rpc::PreconditionFailure failure;
  auto& violation = *failure.add_violations();
  violation.set_type(info.reason());
  const auto name = info.metadata().find("name");
  if (name != info.metadata().end()) violation.set_subject(name->second);
  violation.set_description(Shortened(message, kDescriptionBytesMin));
  return failure;
}

template <class Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

}  // namespace

namespace {

// All but the message.
google::rpc::Status DetailsOf(const Error& error, std::size_t bytes_max) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(error.code));
  const google::rpc::ErrorInfo info = InfoOf(error);
  details.add_details()->PackFrom(info);
  std::optional<std::chrono::milliseconds> retry = error.retry_after;
  if (!retry && error.code == Code::kUnavailable) retry = kUnavailableRetry;
  if (retry) details.add_details()->PackFrom(RetryOf(*retry));
  if (error.code == Code::kFailedPrecondition) {
    details.add_details()->PackFrom(PreconditionOf(info, error.message));
  }
  if (!error.violations.empty()) {
    const std::size_t used = details.ByteSizeLong() + 80;
    details.add_details()->PackFrom(BadRequestOf(error, bytes_max - std::min(used, bytes_max)));
  }
  return details;
}

void ReadDetails(const google::rpc::Status& details, Error& error) {
  if (const auto info = Find<google::rpc::ErrorInfo>(details)) {
    error.reason = info->reason();
    for (const auto& [key, value] : info->metadata()) error.metadata[key] = value;
  }
  if (const auto bad = Find<google::rpc::BadRequest>(details)) {
    for (const auto& violation : bad->field_violations()) {
      error.violations.push_back({violation.field(), violation.description()});
    }
  }
  if (const auto retry = Find<google::rpc::RetryInfo>(details)) {
    error.retry_after = std::chrono::milliseconds(retry->retry_delay().seconds() * 1000 +
                                                  retry->retry_delay().nanos() / 1'000'000);
  }
}

}  // namespace

bool IsOfTheServer(Code code) {
  return code == Code::kInternal || code == Code::kUnknown || code == Code::kDataLoss;
}

grpc::Status ToStatus(const Error& original) {
  const Error error = Public(original);
  google::rpc::Status details = DetailsOf(error, kDetailsBytesMax);
  const std::string message = Shortened(error.message, kMessageBytesMax);
  // The message stands in grpc-message; here only if there is room, for those who read this alone.
  if (details.ByteSizeLong() + message.size() < kDetailsBytesMax) details.set_message(message);
  return grpc::Status(static_cast<grpc::StatusCode>(error.code), message,
                      details.SerializeAsString());
}

google::rpc::Status ToRpcStatus(const Error& original) {
  const Error error = Public(original);
  google::rpc::Status status = DetailsOf(error, kDetailsInMessageBytesMax);
  status.set_message(Shortened(error.message, kMessageBytesMax));
  return status;
}

grpc::Status ToStatus(const Result<void>& result) {
  return result.ok() ? grpc::Status::OK : ToStatus(result.error());
}

Error FromStatus(const grpc::Status& status) {
  Error error{.code = static_cast<Code>(status.error_code()),
              .message = status.error_message(),
              .reason = ""};
  error.reason = std::string(Name(error.code));
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) ReadDetails(details, error);
  return error;
}

Error FromRpcStatus(const google::rpc::Status& status) {
  Error error{.code = static_cast<Code>(status.code()), .message = status.message(), .reason = ""};
  error.reason = std::string(Name(error.code));
  ReadDetails(status, error);
  return error;
}

Error FromRefusal(const log::v1::Refusal& refusal) {
  Error error{.code = static_cast<Code>(refusal.code()),
              .message = refusal.message(),
              .reason = refusal.reason()};
  for (const auto& detail : refusal.details()) error.metadata[detail.key()] = detail.value();
  return error;
}

Error NotFound(std::string_view name) {
  return {.code = Code::kNotFound,
          .message = fmt::format("{} does not exist, or is not yours to see", name),
          .reason = "NOT_FOUND",
          .metadata = {{"name", std::string(name)}}};
}

std::string_view Name(Code code) {
  switch (code) {
    case Code::kCancelled:
      return "CANCELLED";
    case Code::kUnknown:
      return "UNKNOWN";
    case Code::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Code::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case Code::kNotFound:
      return "NOT_FOUND";
    case Code::kAlreadyExists:
      return "ALREADY_EXISTS";
    case Code::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Code::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case Code::kAborted:
      return "ABORTED";
    case Code::kOutOfRange:
      return "OUT_OF_RANGE";
    case Code::kUnimplemented:
      return "UNIMPLEMENTED";
    case Code::kInternal:
      return "INTERNAL";
    case Code::kUnavailable:
      return "UNAVAILABLE";
    case Code::kDataLoss:
      return "DATA_LOSS";
    case Code::kUnauthenticated:
      return "UNAUTHENTICATED";
  }
  return "UNKNOWN";
}

}  // namespace twinledger::rpc
