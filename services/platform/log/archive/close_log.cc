#include "platform/log/archive/close_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "platform/base/uuid.h"
#include "platform/log/sign_record.h"

namespace twinledger::log {
namespace {

constexpr std::size_t kSaltSize = 16;
constexpr std::uint32_t kSchemaVersion = 1;  // Of the commit schema; closing needs no later one.

std::string MakeClosing(const ChainView& view, const Founding& founding,
                        const crypto::SigningKey& key, const std::string& moved_to, WallTime now,
                        RandomSource& random) {
  v1::Commit commit;
  commit.set_sequence(view.sequence + 1);
  commit.set_record_time_us(
      std::max<std::int64_t>(view.record_time_us, now.time_since_epoch().count()));
  commit.mutable_key()->set_type("log");
  commit.mutable_key()->set_id(founding.root.log_id());
  commit.set_request_id(RandomUuid(random));
  commit.set_marking(v1::MARKING_UNCLASSIFIED);
  commit.set_release_class(v1::RELEASE_CLASS_PUBLIC);
  commit.set_salt(random.Bytes(kSaltSize));
  commit.set_schema_version(kSchemaVersion);
  commit.set_outcome(v1::OUTCOME_DONE);
  commit.mutable_control()->mutable_closed()->set_moved_to(moved_to);

  v1::RecordBody body;
  body.set_stream(view.partition.stream);
  body.set_partition(view.partition.partition);
  body.set_first_sequence(commit.sequence());
  body.set_previous_hash(std::string(crypto::Bytes(view.hash)));
  body.add_commits(commit.SerializeAsString());
  return SignRecord(body.SerializeAsString(), key);
}

Error NotClosed(const PartitionId& partition, std::string_view why) {
  return {Code::kFailedPrecondition,
          fmt::format("{} was not closed: {}; stop whoever writes to the log and close it again",
                      ToString(partition), why),
          "NOT_CLOSED",
          {{"partition", ToString(partition)}}};
}

bool IsEnrolled(const ChainView& view, const crypto::SigningKey& key) {
  return std::ranges::any_of(view.keys, [&](const v1::PublicKey& enrolled) {
    return enrolled.value() == key.public_key().value();
  });
}

}  // namespace

Result<void> CloseLog(EventLog& log, const Founding& founding,
                      const std::map<std::string, crypto::SigningKey>& writer_keys,
                      const std::string& moved_to, const Clock& clock, RandomSource& random) {
  const auto pass = [](const PartitionId&, const ReadRecord&, const AcceptedRecord&) {
    return Result<void>();
  };
  TL_TRY(const Readings readings, ReadAccepted(log, founding, pass));
  for (const auto& [partition, reading] : readings) {
    if (!writer_keys.contains(partition.stream)) return NotClosed(partition, "no writer key");
    if (reading.view.sequence == 0) return NotClosed(partition, "it is not founded");
    // Its record would be void, and in a log with a sole writer damage.
    if (!IsEnrolled(reading.view, writer_keys.at(partition.stream))) {
      return NotClosed(partition, "its writer key is not enrolled");
    }
  }
  TL_TRY(const auto session, log.OpenSession());
  for (const auto& [partition, reading] : readings) {
    if (reading.view.closed) continue;
    std::promise<AppendOutcome> reported;
    session->Append(partition,
                    MakeClosing(reading.view, founding, writer_keys.at(partition.stream), moved_to,
                                clock.Now(), random),
                    [&](const AppendOutcome& outcome) { reported.set_value(outcome); });
    const AppendOutcome outcome = reported.get_future().get();
    if (outcome.kind != AppendOutcome::Kind::kAppended) {
      return NotClosed(partition, outcome.error.message);
    }
  }
  // Appended is not accepted: read back what stands.
  TL_TRY(const Readings after, ReadAccepted(log, founding, pass));
  for (const auto& [partition, reading] : after) {
    if (!reading.view.closed) return NotClosed(partition, "another record came first");
  }
  return {};
}

}  // namespace twinledger::log
