#include "platform/server/open_log.h"

#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/base/private_file.h"
#include "platform/base/uuid.h"
#include "platform/keyring/keyring.h"
#include "platform/log/embedded/embedded_log.h"
#include "platform/log/founding.h"
#include "platform/log/kafka/kafka_log.h"
#include "platform/server/log_place.h"
#include "platform/server/setting_values.h"

namespace twinledger::server {
namespace {

std::filesystem::path DraftFile(const DataDirectory& data) {
  return data.root() / "founding.draft";
}

enum class Contents { kNothing, kDraft, kLog, kRemains };

Contents Look(const DataDirectory& data, const OpenLogOptions& options) {
  if (HoldsAnything(DraftFile(data))) return Contents::kDraft;
  if (HoldsAnything(data.log())) return Contents::kLog;
  if (!HoldsAnything(data.keys()) && !HoldsAnything(data.projections())) return Contents::kNothing;
  return options.kafka ? Contents::kLog : Contents::kRemains;
}

Error LogMissing(const DataDirectory& data) {
  return {
      Code::kFailedPrecondition,
      data.root().string() +
          ": its log is missing, but keys or projections of one are there; restore the log from "
          "a backup, or name an empty data directory to found another one",
      "LOG_MISSING",
      {{"data_dir", data.root().string()}}};
}

std::uint32_t PartitionsOf(const OpenLogOptions& options) {
  if (options.partitions != 0) return options.partitions;
  return options.kafka ? log::kPartitionsOnKafka : log::kPartitionsInFolder;
}

// What is being founded: the same however often a crash cuts it short.
struct Draft {
  std::string log_id;
  std::uint32_t partitions = 0;
};

// Older programs wrote the id alone, and founded all with as many as suit Kafka.
Result<Draft> ReadDraft(const DataDirectory& data) {
  TL_TRY(const std::string text, ReadPrivateFile(DraftFile(data)));
  const std::size_t end = text.find('\n');
  Draft draft{text.substr(0, end), log::kPartitionsOnKafka};
  bool whole = IsUuid(draft.log_id);
  if (end != std::string::npos) {
    const Result<std::uint64_t> number =
        ParseCount(std::string_view(text).substr(end + 1), 1, log::kPartitionsMax);
    whole = whole && number;
    if (number) draft.partitions = static_cast<std::uint32_t>(*number);
  }
  if (whole) return draft;
  return Error{Code::kFailedPrecondition,
               DraftFile(data).string() + ": is no log id; name an empty data directory",
               "BAD_DRAFT",
               {{"file", DraftFile(data).string()}}};
}

Result<void> WriteDraft(const DataDirectory& data, const Draft& draft) {
  TL_TRY_VOID(MakePrivateFolder(data.root()));
  return WritePrivateFile(DraftFile(data), draft.log_id + "\n" + std::to_string(draft.partitions));
}

Error PartitionsDiffer(std::string_view what, std::uint32_t there, std::uint32_t wanted) {
  return {Code::kFailedPrecondition,
          std::string(what) + " " + std::to_string(there) + " partitions of each stream, and " +
              std::to_string(wanted) + " are wanted; repeat it with --partitions " +
              std::to_string(there) + ", or begin elsewhere",
          "PARTITIONS_DIFFER",
          {{"partitions", std::to_string(there)}, {"wanted", std::to_string(wanted)}}};
}

log::v1::Founding ContentOf(const std::string& log_id, std::uint32_t partitions, const Keys& keys,
                            const log::v1::PublicKey& recovery) {
  log::v1::Founding content;
  content.set_log_id(log_id);
  content.set_partitions(partitions);
  for (const std::string& stream : FoundingStreams()) {
    content.add_streams(stream);
    log::v1::WriterKey& writer = *content.add_writer_keys();
    writer.set_stream(stream);
    *writer.mutable_key() = keys.writers.at(stream).public_key();
  }
  *content.mutable_recovery_key() = recovery;
  return content;
}

Error KeysMissing(const DataDirectory& data, const log::KafkaAddress& kafka) {
  return {Code::kFailedPrecondition,
          data.root().string() + ": holds no keys of the log on " + AddressText(kafka) +
              "; found one with `twinledger log init --log ADDRESS`, or make this folder with "
              "`twinledger replica create` from the data directory of another replica",
          "KEYS_MISSING",
          {{"data_dir", data.root().string()}}};
}

Error LogGone(const log::KafkaAddress& kafka, const std::string& what) {
  return {Code::kFailedPrecondition,
          AddressText(kafka) + ": " + what +
              ", and keys of a log that was founded are at hand: its records are gone, or the "
              "address is another one's; correct the address, or restore the log with `twinledger "
              "log import --log ADDRESS`",
          "LOG_MISSING",
          {{"brokers", kafka.brokers}, {"prefix", kafka.prefix}}};
}

Result<void> CreateTopics(const OpenLogOptions& options, std::uint32_t partitions) {
  return log::KafkaLog::Create(*options.kafka, {FoundingStreams(), partitions},
                               options.kafka_options);
}

Result<std::unique_ptr<log::KafkaLog>> OpenTopics(const OpenLogOptions& options) {
  return log::KafkaLog::Open(*options.kafka, {FoundingStreams(), 0}, options.kafka_options);
}

Result<std::unique_ptr<log::EmbeddedLog>> OpenEmbedded(const DataDirectory& data,
                                                       const OpenLogOptions& options) {
  return log::EmbeddedLog::Open(data.log(), options.embedded);
}

std::string TornText(const log::EmbeddedLog& log) {
  if (!log.torn_tail()) return "";
  return "a crash left bytes of a record that was never acknowledged; they are kept in " +
         log.torn_tail()->moved_to.string();
}

std::string HeadSlotText(const DataDirectory& data, const log::EmbeddedLog& log) {
  if (!log.damaged_head_byte()) return "";
  return (data.log() / log::kHeadName).string() + ", byte " +
         std::to_string(*log.damaged_head_byte()) +
         ": one of the two slots does not check; a power cut in the middle of its write leaves it "
         "so, and so does an alteration; the other slot is in force, and the next write replaces "
         "this one; if there was no power cut, compare the log with its clients' receipts";
}

Error OtherPin(const crypto::Hash& wanted, const crypto::Hash& found) {
  return {Code::kFailedPrecondition,
          "founding_hash " + crypto::Hex(wanted) + " is asked for, but this log was founded as " +
              crypto::Hex(found) + "; check data_dir and founding_hash",
          "OTHER_FOUNDING",
          {{"pinned", crypto::Hex(wanted)}, {"found", crypto::Hex(found)}}};
}

// What an earlier attempt began, or what this one will, as yet without an id.
Result<Draft> DraftFor(const DataDirectory& data, const OpenLogOptions& options) {
  if (!HoldsAnything(DraftFile(data))) return Draft{"", PartitionsOf(options)};
  TL_TRY(const Draft begun, ReadDraft(data));
  if (options.partitions == 0 || options.partitions == begun.partitions) return begun;
  return PartitionsDiffer("a founding was begun here with", begun.partitions, options.partitions);
}

// The topics of a log that is being founded; `again` if a crash may have left them.
Result<std::unique_ptr<log::EventLog>> MakeTopics(const OpenLogOptions& options,
                                                  std::uint32_t partitions, bool again) {
  const Result<void> created = CreateTopics(options, partitions);
  // Records there may be foundings of the first attempt: whose they are is read back.
  if (!created && !(again && created.error().reason == "LOG_EXISTS")) return created.error();
  TL_TRY(std::unique_ptr<log::KafkaLog> topics, OpenTopics(options));
  if (topics->partitions() != partitions) {
    return PartitionsDiffer("the topics were made with", topics->partitions(), partitions);
  }
  return std::unique_ptr<log::EventLog>(std::move(topics));
}

Result<std::unique_ptr<log::EventLog>> MakeFolder(const DataDirectory& data,
                                                  const OpenLogOptions& options) {
  if (!HoldsAnything(data.log())) TL_TRY_VOID(log::EmbeddedLog::Create(data.log()));
  TL_TRY(std::unique_ptr<log::EventLog> made, OpenEmbedded(data, options));
  return made;
}

// Founds, or completes a founding.
Result<OpenedLog> Found(const DataDirectory& data, const OpenLogOptions& options,
                        const Clock& clock, RandomSource& random) {
  TL_TRY(Draft draft, DraftFor(data, options));
  const bool again = !draft.log_id.empty();
  OpenedLog opened;
  // A log that others have on Kafka is refused before anything stands in the directory.
  if (options.kafka) {
    TL_TRY(opened.log, MakeTopics(options, draft.partitions, again));
  }
  if (!again) {
    draft.log_id = RandomUuid(random);
    TL_TRY_VOID(WriteDraft(data, draft));
  }
  if (options.kafka) TL_TRY_VOID(StoreTopicPrefix(data, options.kafka->prefix));
  // Without it a server takes the authority of the log for lost.
  if (!options.kafka) TL_TRY_VOID(MakePrivateFolder(data.identity()));
  TL_TRY(const log::v1::PublicKey recovery, CreateKeys(data, FoundingStreams(), random));
  TL_TRY(opened.keys, LoadKeys(data, FoundingStreams()));
  TL_TRY_VOID(keyring::CreateKeyring(data, draft.log_id, random));
  if (!options.kafka) {
    TL_TRY(opened.log, MakeFolder(data, options));
  }
  TL_TRY(const std::optional<crypto::Hash> pin, LoadPin(data));
  const log::v1::Founding content =
      ContentOf(draft.log_id, draft.partitions, opened.keys, recovery);
  TL_TRY(opened.founding,
         log::FoundLog(*opened.log, content, opened.keys.writers, pin, clock, random));
  TL_TRY_VOID(StorePin(data, opened.founding.root_hash));
  std::error_code error;
  std::filesystem::remove(DraftFile(data), error);
  opened.founded = true;
  return opened;
}

Result<OpenedLog> OpenOnKafka(const OpenLogOptions& options, const crypto::Hash& pin) {
  OpenedLog opened;
  Result<std::unique_ptr<log::KafkaLog>> there = OpenTopics(options);
  if (!there && there.error().reason == "TOPIC_MISSING") {
    return LogGone(*options.kafka, "topic " + there.error().metadata.at("topic") + " is not there");
  }
  TL_TRY(std::unique_ptr<log::KafkaLog> topics, std::move(there));
  const std::uint32_t partitions = topics->partitions();
  opened.log = std::move(topics);
  Result<log::Founding> founding =
      log::ReadFounding(*opened.log, {FoundingStreams().front(), 0}, pin);
  if (!founding && founding.error().reason == "NOT_FOUNDED") {
    return LogGone(*options.kafka, "the topics hold no founding");
  }
  TL_TRY(opened.founding, std::move(founding));
  if (opened.founding.root.partitions() == partitions) return opened;
  return Error{Code::kFailedPrecondition,
               AddressText(*options.kafka) + ": the topics have " + std::to_string(partitions) +
                   " partitions, and the log was founded with " +
                   std::to_string(opened.founding.root.partitions()) +
                   "; restore the log from an export into topics of another prefix",
               "WRONG_TOPIC",
               {{"prefix", options.kafka->prefix}}};
}

Result<OpenedLog> OpenInFolder(const DataDirectory& data, const OpenLogOptions& options,
                               const crypto::Hash& pin) {
  OpenedLog opened;
  TL_TRY(std::unique_ptr<log::EmbeddedLog> embedded, OpenEmbedded(data, options));
  opened.torn = TornText(*embedded);
  opened.head_slot = HeadSlotText(data, *embedded);
  opened.log = std::move(embedded);
  TL_TRY(opened.founding, log::ReadFounding(*opened.log, {FoundingStreams().front(), 0}, pin));
  return opened;
}

}  // namespace

const std::vector<std::string>& FoundingStreams() {
  static const std::vector<std::string> streams = {"registry", "engagement", "risk", "audit"};
  return streams;
}

Result<OpenedLog> FoundDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                     const Clock& clock, RandomSource& random) {
  TL_TRY_VOID(CheckLogPlace(data, options.kafka));
  switch (Look(data, options)) {
    case Contents::kLog: {
      const std::string there = (options.kafka ? data.keys() : data.log()).string();
      return Error{Code::kAlreadyExists,
                   there + ": a log is there already; it is never replaced",
                   "LOG_EXISTS",
                   {{"folder", there}}};
    }
    case Contents::kRemains:
      return LogMissing(data);
    case Contents::kNothing:
    case Contents::kDraft:
      break;
  }
  if (options.pin) {
    return Error{
        Code::kFailedPrecondition,
        data.root().string() +
            ": a founding hash is asked for, but no log is here; check data_dir, or restore "
            "the log from a backup",
        "LOG_MISSING",
        {{"data_dir", data.root().string()}}};
  }
  return Found(data, options, clock, random);
}

Result<OpenedLog> OpenDataDirectory(const DataDirectory& data, const OpenLogOptions& options,
                                    const Clock& clock, RandomSource& random) {
  TL_TRY_VOID(CheckLogPlace(data, options.kafka));
  const Contents contents = Look(data, options);
  if (contents == Contents::kRemains) return LogMissing(data);
  // Topics are made by an operator, never by the start of a server with an empty folder.
  if (contents == Contents::kNothing && options.kafka) return KeysMissing(data, *options.kafka);
  if (contents != Contents::kLog) return FoundDataDirectory(data, options, clock, random);

  TL_TRY(const std::optional<crypto::Hash> pin, LoadPin(data));
  if (!pin) {
    return Error{
        Code::kFailedPrecondition,
        (data.keys() / "founding.sha256").string() +
            ": is not there; restore it from a backup, or write the founding hash that you "
            "trust into it",
        "PIN_MISSING",
        {{"folder", data.keys().string()}}};
  }
  TL_TRY(OpenedLog opened,
         options.kafka ? OpenOnKafka(options, *pin) : OpenInFolder(data, options, *pin));
  if (options.pin && *options.pin != opened.founding.root_hash) {
    return OtherPin(*options.pin, opened.founding.root_hash);
  }
  const auto& streams = opened.founding.root.streams();
  TL_TRY(opened.keys, LoadKeys(data, {streams.begin(), streams.end()}));
  if (options.kafka) TL_TRY_VOID(StoreTopicPrefix(data, options.kafka->prefix));
  return opened;
}

}  // namespace twinledger::server
