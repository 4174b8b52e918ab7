// One number for a log: two copies that agree in it hold the same commits.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "platform/crypto/hash.h"
#include "twinledger/audit/v1/audit.pb.h"
#include "twinledger/command/connect.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/command/log/record_progress.h"

namespace twinledger::client {
namespace {

struct Tip {
  std::string stream;
  std::uint32_t partition = 0;
  std::uint64_t sequence = 0;
  std::string hash;  // Hexadecimal.
};

struct Digest {
  std::string log_id;
  std::string founding_hash;
  std::vector<Tip> tips;
};

Result<Digest> DigestOfLog(Session& session, const std::string& log) {
  TL_TRY(const OpenedForReading opened, OpenLogOf(session, log));
  Digest digest{.log_id = opened.founding.root.log_id(),
                .founding_hash = crypto::Hex(opened.founding.root_hash),
                .tips = {}};
  RecordProgress progress(session, "read");
  const auto visit = [](const log::PartitionId&, const log::ReadRecord&,
                        const log::AcceptedRecord&) -> Result<void> { return {}; };
  TL_TRY(const log::Readings readings,
         log::ReadAccepted(*opened.log, opened.founding, visit, progress.Callback()));
  for (const auto& [partition, reading] : readings) {
    digest.tips.push_back({partition.stream, partition.partition, reading.view.sequence,
                           crypto::Hex(reading.view.hash)});
  }
  return digest;
}

Result<Digest> DigestOfServer(Session& session) {
  TL_TRY(const auto connection, Connect(session, kAuditor));
  audit::v1::GetLogResponse answer;
  TL_TRY_VOID(connection->Call("/twinledger.audit.v1.AuditService/GetLog",
                               audit::v1::GetLogRequest(), answer));
  Digest digest{.log_id = answer.log_id(), .founding_hash = answer.founding_hash(), .tips = {}};
  for (const audit::v1::LogPartition& tip : answer.tips()) {
    digest.tips.push_back({tip.stream(), tip.partition(), tip.sequence(), tip.hash()});
  }
  return digest;
}

// SHA-256 over a line for the founding and one for each tip, in order.
std::string WholeOf(Digest& digest) {
  std::ranges::sort(digest.tips, {},
                    [](const Tip& tip) { return std::pair(tip.stream, tip.partition); });
  std::string lines = digest.founding_hash + "\n";
  for (const Tip& tip : digest.tips) {
    lines += fmt::format("{}/{}/{} {}\n", tip.stream, tip.partition, tip.sequence, tip.hash);
  }
  return crypto::Hex(crypto::Sha256(lines));
}

ExitCode PrintDigest(Session& session, const std::string& log) {
  Result<Digest> digest =
      AsksServer(session, log) ? DigestOfServer(session) : DigestOfLog(session, log);
  if (!digest) return session.Fail(digest.error());
  const std::string whole = WholeOf(*digest);
  Printer printer = session.Print({.kind = "tips",
                                   .columns = {{"stream", "STREAM"},
                                               {"partition", "PARTITION", Column::Kind::kNumber},
                                               {"sequence", "SEQUENCE", Column::Kind::kNumber},
                                               {"hash", "HASH"}}});
  for (const Tip& tip : digest->tips) {
    printer.Row({{"stream", tip.stream},
                 {"partition", tip.partition},
                 {"sequence", tip.sequence},
                 {"hash", tip.hash}});
  }
  printer.Finish(
      {{"log_id", digest->log_id}, {"founding_hash", digest->founding_hash}, {"digest", whole}});
  if (!session.FormatIsForPrograms()) {
    session.Note(fmt::format("log {}, digest {}", digest->log_id, whole));
  }
  return ExitCode::kDone;
}

}  // namespace

void AddLogDigest(Command group) {
  auto log = std::make_shared<std::string>();
  Command digest = group.Add("digest", "one number for all that a log holds, and its tips",
                             "twinledger log digest --data-dir data\n"
                             "twinledger log digest --server ledger.example:7443 -o json\n"
                             "twinledger log digest --log kafka://k1:9092/twinledger");
  digest.Option("--log", *log, kLogFlagHelp);
  digest.OnRun([log](Session& session) { return PrintDigest(session, *log); });
}

}  // namespace twinledger::client
