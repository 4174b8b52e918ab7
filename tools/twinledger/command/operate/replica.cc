// Data directories for further replicas of a log on Kafka.
//
//   shared      writer keys, the keys of request digests and page tokens, the pin, the topics, the
//               keyring and its KEK
//   of its own  a server certificate by the authority of the first
//   left out    recovery.pem, which alone enrols writers and belongs offline; ca.key, since one
//   place
//               issues and revokes; clients' credentials, which are their holders'; projections,
//               which each replica builds
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <system_error>

#include "platform/base/data_directory.h"
#include "platform/base/private_file.h"
#include "platform/base/whole_file.h"
#include "platform/crypto/certificates.h"
#include "platform/crypto/system_random.h"
#include "platform/identity/replica_identity.h"
#include "platform/log/embedded/file.h"
#include "platform/server/key_files.h"
#include "platform/server/open_log.h"
#include "platform/server/setting_values.h"
#include "twinledger/command/operate/authority_options.h"
#include "twinledger/command/operate/commands.h"
#include "twinledger/command/operate/replica_keys.h"

namespace twinledger::client {
namespace {

namespace fs = std::filesystem;

constexpr std::array kSharedKeys{"request_digest.key", "token.key", "founding.sha256"};

struct ReplicaFlags {
  std::string folder;
  std::string server_names;
  bool share_keyring = false;
};

Error NotOnKafka(const DataDirectory& data) {
  return {Code::kFailedPrecondition,
          data.root().string() +
              ": its log is not on Kafka, and an embedded log is one process's; move it with "
              "`twinledger log move --to kafka://HOST:PORT/PREFIX` first",
          "NOT_ON_KAFKA",
          {{"data_dir", data.root().string()}}};
}

Error NoReplica(const fs::path& folder) {
  return {Code::kFailedPrecondition,
          folder.string() +
              ": is no replica's data directory; make one with `twinledger replica "
              "create`",
          "NOT_A_REPLICA",
          {{"folder", folder.string()}}};
}

Error FolderTaken(const fs::path& folder) {
  return {Code::kAlreadyExists,
          folder.string() +
              " is not empty: name a new folder for the replica; to write the "
              "certificate of one that is there, use `twinledger replica refresh`",
          "FOLDER_NOT_EMPTY",
          {{"folder", folder.string()}}};
}

Result<void> CopySecret(const fs::path& from, const fs::path& to, const std::string& name) {
  TL_TRY(const std::string bytes, ReadPrivateFile(from / name));
  return WritePrivateFile(to / name, bytes);
}

// With the names that were asked for, else those of a certificate that is there already.
Result<void> WriteIdentity(Session& session, const DataDirectory& data, const ReplicaFlags& flags,
                           const fs::path& like, const fs::path& folder) {
  identity::AuthorityOptions options = AuthorityOptionsOf(data);
  Result<std::vector<std::string>> names = server::ParseHostNames(flags.server_names);
  if (!names) {
    return Error{Code::kInvalidArgument, "--server-names: " + names.error().message,
                 "BAD_SERVER_NAMES"};
  }
  options.server_names = *std::move(names);
  if (options.server_names.empty()) {
    TL_TRY(const std::string certificate, ReadPrivateFile(like / "server.pem"));
    TL_TRY(const crypto::CertificateFacts facts, crypto::Inspect(certificate));
    options.server_names = facts.names.dns;
    std::erase(options.server_names, "localhost");  // Every server has it.
  }
  crypto::SystemRandom random;
  TL_TRY(identity::Authority authority,
         identity::Authority::OpenExisting(data.identity(), options, session.clock(), random));
  return authority.IssueReplica(folder);
}

Result<void> FillReplica(Session& session, const DataDirectory& data, const ReplicaFlags& flags,
                         const DataDirectory& replica) {
  // All of them are there and whole, before anything is copied.
  const std::vector<std::string>& streams = server::FoundingStreams();
  const Result<server::Keys> keys = server::LoadKeys(data, streams);
  if (!keys) return keys.error();
  TL_TRY_VOID(MakePrivateFolder(replica.keys()));
  for (const std::string& stream : streams) {
    TL_TRY_VOID(CopySecret(data.keys(), replica.keys(), "writer-" + stream + ".pem"));
  }
  for (const char* name : kSharedKeys) TL_TRY_VOID(CopySecret(data.keys(), replica.keys(), name));
  TL_TRY_VOID(CopySecret(data.root(), replica.root(), "kafka_topics"));
  TL_TRY_VOID(BringKeys(
      data, replica, flags.share_keyring ? KeyringOfReplica::kShared : KeyringOfReplica::kCopied));
  return WriteIdentity(session, data, flags, data.identity(), replica.identity());
}

Result<void> MakeReplica(Session& session, const ReplicaFlags& flags) {
  const DataDirectory data(session.data_dir());
  std::error_code absent;
  if (!fs::exists(data.kafka_topics(), absent)) return NotOnKafka(data);
  const fs::path folder(flags.folder);
  if (!log::IsEmptyOrMissing(folder)) return FolderTaken(folder);
  log::NewDirectory created(folder);
  TL_TRY_VOID(created.Make());
  Result<void> filled = FillReplica(session, data, flags, DataDirectory(created.made()));
  if (filled) filled = created.Place();
  std::error_code ignored;
  if (!filled) fs::remove_all(created.made(), ignored);  // Keys are in it.
  return filled;
}

Result<void> RefreshReplica(Session& session, const ReplicaFlags& flags) {
  const DataDirectory replica{fs::path(flags.folder)};
  if (!identity::IsReplica(replica.identity())) return NoReplica(replica.root());
  const DataDirectory data(session.data_dir());
  TL_TRY_VOID(BringKeys(data, replica, KeyringOfReplica::kCopied));
  return WriteIdentity(session, data, flags, replica.identity(), replica.identity());
}

ExitCode PrintReplica(Session& session, const ReplicaFlags& flags, const Result<void>& done) {
  if (!done) return session.Fail(done.error());
  Printer printer = session.Print(
      {.kind = "replica", .columns = {{"data_dir", "data directory"}}, .single = true});
  printer.Row({{"data_dir", flags.folder}});
  printer.Finish();
  return ExitCode::kDone;
}

ExitCode CreateReplica(Session& session, const ReplicaFlags& flags) {
  const ExitCode exit = PrintReplica(session, flags, MakeReplica(session, flags));
  if (exit != ExitCode::kDone) return exit;
  session.Note(
      "it holds the writer keys: take it to the replica's machine by a safe way, and leave no copy "
      "behind");
  session.Note(
      fmt::format("start it with the settings of the first: twinledgerd --data-dir {} "
                  "--log ADDRESS; credentials are issued and revoked in {}, and reach it "
                  "by `twinledger replica refresh`",
                  flags.folder, session.data_dir().string()));
  session.Note(
      "clients name all servers, --server HOST:PORT,HOST:PORT, or have it in credentials that are "
      "issued with --for-server");
  return exit;
}

}  // namespace

void AddReplica(Command root) {
  Command group = root.Group("replica", "further servers on the same log on Kafka",
                             "twinledger replica create replica-2 --data-dir data\n"
                             "twinledger replica refresh replica-2 --data-dir data");
  auto flags = std::make_shared<ReplicaFlags>();
  Command create = group.Add(
      "create", "makes a data directory for a replica, from that of the first server",
      "twinledger replica create replica-2 --data-dir data\n"
      "twinledger replica create replica-2 --data-dir data --server-names ledger-2.example");
  create.Required("folder", flags->folder, "folder to make; it must not exist, or be empty");
  create.Option("--server-names", flags->server_names,
                "DNS names of the replica: a.example,b.example [those of the first server]");
  create.Flag("--share-keyring", flags->share_keyring,
              "link to the keyring of the first server, on this machine or a shared disk");
  create.OnRunHere([flags](Session& session) { return CreateReplica(session, *flags); });

  Command refresh =
      group.Add("refresh", "writes a replica's certificate and lists of clients anew, brings keys",
                "twinledger replica refresh replica-2 --data-dir data");
  refresh.Required("folder", flags->folder, "data directory of the replica, or a copy of it");
  refresh.Option("--server-names", flags->server_names,
                 "DNS names of the replica: a.example,b.example [those that it has]");
  refresh.OnRunHere([flags](Session& session) {
    return PrintReplica(session, *flags, RefreshReplica(session, *flags));
  });
}

}  // namespace twinledger::client
