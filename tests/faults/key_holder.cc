#include "tests/faults/key_holder.h"

#include <future>
#include <utility>

#include "platform/base/check.h"
#include "platform/base/uuid.h"
#include "platform/crypto/hash.h"
#include "platform/log/sign_record.h"

namespace twinledger {
namespace {

log::Readings ReadAll(log::EventLog& log, const log::Founding& founding) {
  const auto all = [](const auto&, const auto&, const auto&) { return Result<void>(); };
  return *log::ReadAccepted(log, founding, all);
}

}  // namespace

KeyHolder::KeyHolder(const std::filesystem::path& data)
    : log_(*log::EmbeddedLog::Open(data / "log")),
      founding_(*log::FindFounding(*log_, std::nullopt)),
      keys_(*server::LoadKeys(DataDirectory(data),
                              {founding_.root.streams().begin(), founding_.root.streams().end()})),
      readings_(ReadAll(*log_, founding_)),
      session_(*log_->OpenSession()) {}

void KeyHolder::Append(const std::string& stream, const log::v1::EntityKey& entity,
                       const std::string& event) {
  const log::PartitionId partition{stream, log::PartitionOf(entity, partitions())};
  log::ChainView& view = readings_.at(partition).view;
  log::v1::Commit commit;
  commit.set_sequence(view.sequence + 1);
  commit.set_record_time_us(view.record_time_us);
  *commit.mutable_key() = entity;
  commit.set_actor("account-of-nobody");
  commit.set_request_id(RandomUuid(random_));
  commit.set_request_digest(random_.Bytes(32));
  commit.set_salt(random_.Bytes(16));
  commit.set_schema_version(1);
  commit.set_outcome(log::v1::OUTCOME_DONE);
  commit.add_events(event);
  log::v1::RecordBody body;
  body.set_stream(partition.stream);
  body.set_partition(partition.partition);
  body.set_first_sequence(commit.sequence());
  body.set_previous_hash(std::string(crypto::Bytes(view.hash)));
  body.add_commits(commit.SerializeAsString());
  std::string bytes = body.SerializeAsString();
  view.sequence = commit.sequence();
  view.hash = crypto::Sha256(bytes);
  std::promise<log::AppendOutcome> appended;
  session_->Append(partition, log::SignRecord(std::move(bytes), keys_.writers.at(stream)),
                   [&appended](const log::AppendOutcome& outcome) { appended.set_value(outcome); });
  TL_CHECK(appended.get_future().get().kind == log::AppendOutcome::Kind::kAppended);
}

}  // namespace twinledger
