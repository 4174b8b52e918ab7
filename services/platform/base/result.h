// Result<T>: a value, or the Error that kept us from having it. For what the world does wrong
// (disk, network, input); a domain's "no" is a Rejection of its own, a bug is TL_CHECK.
//
//   Result<Segment> Open(const Path& path) {
//     TL_TRY(auto file, OpenFile(path));     // Returns the error to the caller, or yields the
//     value. TL_TRY_VOID(CheckHeader(file)); return Segment(std::move(file));
//   }
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace twinledger {

// The numbers of google.rpc.Code, so that the mapping to gRPC is a cast.
enum class Code {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// One wrong field of a message: its proto path ("council.population"), and what would be right.
struct FieldViolation {
  std::string field;
  std::string description;
};

struct Error {
  Code code = Code::kUnknown;
  std::string message;  // For a person: names the thing, the value and the remedy.
  std::string reason;   // UPPER_SNAKE, for a program: ErrorInfo.reason.
  std::map<std::string, std::string> metadata = {};  // All that is dynamic in `message`.
  std::vector<FieldViolation> violations = {};       // With kInvalidArgument: every one.
  std::optional<std::chrono::milliseconds> retry_after =
      std::nullopt;  // Set where repeating helps.
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error) : value_(tl::make_unexpected(std::move(error))) {}  // NOLINT: likewise

  explicit operator bool() const { return value_.has_value(); }
  bool ok() const { return value_.has_value(); }

  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

  const Error& error() const& { return value_.error(); }
  Error&& error() && { return std::move(value_).error(); }

 private:
  tl::expected<T, Error> value_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error)  // NOLINT(google-explicit-constructor): as above
      : value_(tl::make_unexpected(std::move(error))) {}

  explicit operator bool() const { return value_.has_value(); }
  bool ok() const { return value_.has_value(); }

  const Error& error() const& { return value_.error(); }
  Error&& error() && { return std::move(value_).error(); }

 private:
  tl::expected<void, Error> value_;
};

}  // namespace twinledger

#define TL_CONCAT_INNER(a, b) a##b
#define TL_CONCAT(a, b) TL_CONCAT_INNER(a, b)
#define TL_TRY_IMPL(result, target, expression)       \
  auto result = (expression);                         \
  if (!result.ok()) return std::move(result).error(); \
  target = *std::move(result)
#define TL_TRY(target, expression) TL_TRY_IMPL(TL_CONCAT(tl_result_, __LINE__), target, expression)
#define TL_TRY_VOID(expression)                               \
  do {                                                        \
    auto tl_result = (expression);                            \
    if (!tl_result.ok()) return std::move(tl_result).error(); \
  } while (false)
