#include "platform/log/archive/verify_readable.h"

#include <fmt/format.h>

#include <utility>

#include "platform/log/founding.h"

namespace twinledger::log {
namespace {

class Reading {
 public:
  Reading(const Founding& founding, const std::string& name, const VerifyOptions& options)
      : founding_(founding), options_(options) {
    report_.path = {LogPath::Kind::kTopics, name};
    report_.founding_hash = founding.root_hash;
    report_.log_id = founding.root.log_id();
  }

  Result<void> Visit(const PartitionId& partition, const ReadRecord& record,
                     const AcceptedRecord& accepted) {
    VerifyReport::Partition& counts = report_.partitions[partition];
    ++counts.records;
    counts.commits += accepted.commits.size();
    counts.sequence = accepted.next.sequence;
    counts.hash = accepted.next.hash;
    report_.bytes += record.bytes().size();
    for (const Witness& witness : options_.witnesses) {
      if (witness.partition != partition || witness.sequence != counts.sequence) continue;
      if (witness.hash == counts.hash) continue;
      Find(fmt::format("{} knows another record up to sequence {}", witness.name, counts.sequence),
           RecordPlace{partition, record.offset(), counts.sequence});
    }
    return {};
  }

  void Find(std::string why, std::optional<RecordPlace> where = std::nullopt) {
    if (!report_.first_bad) {
      report_.first_bad = BadPlace{report_.path.directory, 0, std::move(where), std::move(why)};
    }
  }

  void Find(const Error& error) {
    BadPlace bad = BadPlaceOf(error);
    Find(bad.why, bad.record);
  }

  void Miss(std::string what) { report_.missing.push_back(std::move(what)); }

  void CheckPin() {
    if (!options_.founding_hash) {
      Miss(
          fmt::format("no founding hash was given: whether this is the right log is open; it "
                      "calls itself {}",
                      crypto::Hex(founding_.root_hash)));
    } else if (founding_.root_hash != *options_.founding_hash) {
      Find(
          fmt::format("this log's founding hash is {}, you pinned {}: it is another log, or the "
                      "hash is mistyped",
                      crypto::Hex(founding_.root_hash), crypto::Hex(*options_.founding_hash)));
    }
  }

  void CheckEnds(const Readings& readings) {
    for (const auto& [partition, reading] : readings) {
      report_.partitions[partition].voids = reading.voids;
      if (reading.records > 0) continue;
      Miss(fmt::format("{} is not founded: the founding was interrupted, or all of it is lost",
                       ToString(partition)));
    }
    for (const Witness& witness : options_.witnesses) {
      const VerifyReport::Partition& held = report_.partitions[witness.partition];
      if (witness.sequence <= held.sequence) continue;
      Find(fmt::format("{} knows {} up to sequence {} and the log ends at {}: records are lost",
                       witness.name, ToString(witness.partition), witness.sequence, held.sequence),
           RecordPlace{witness.partition, held.records, held.sequence + 1});
    }
  }

  VerifyReport Judge() {
    report_.verdict = report_.first_bad         ? VerifyReport::Verdict::kInvalid
                      : report_.missing.empty() ? VerifyReport::Verdict::kValid
                                                : VerifyReport::Verdict::kIndeterminate;
    return std::move(report_);
  }

 private:
  const Founding& founding_;
  const VerifyOptions& options_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> VerifyReadable(EventLog& log, const Founding& founding,
                                    const std::string& name, const VerifyOptions& options) {
  Reading reading(founding, name, options);
  reading.CheckPin();
  const Result<Readings> read = ReadAccepted(
      log, founding,
      [&](const auto& partition, const auto& record, const auto& accepted) {
        return reading.Visit(partition, record, accepted);
      },
      options.progress);
  if (read) {
    reading.CheckEnds(*read);
  } else if (read.error().code == Code::kDataLoss) {
    reading.Find(read.error());
  } else if (read.error().reason == "NEWER_PROGRAM_NEEDED") {
    reading.Miss(read.error().message);
  } else {
    return read.error();
  }
  return reading.Judge();
}

}  // namespace twinledger::log
