// What lies where in a data directory. Paths only: who owns a folder creates it.
//
//   log/                the embedded log: segments, HEAD, LOCK
//   kafka_topics        in its place, where the log is on Kafka: the prefix of its topics
//   keys/               writer-<stream>.pem, request_digest.key, token.key, kek-<epoch>.key,
//                       founding.sha256; recovery.pem until the operator moves it offline
//   keyring/            the keys of sealed fields, wrapped; may be a link to a shared folder
//   identity/           ca.pem, ca.key, server.pem, server.key, issued.jsonl, revoked.txt,
//                       clients/<account>/
//   projections/<name>/ one RocksDB a module, or <name>.<n>/ where <name>.serving says so; the
//                       whole folder may be deleted at any time
//   clean_stop          how a server left log/ and projections/ (server/clean_stop.h)
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

namespace twinledger {

class DataDirectory {
 public:
  explicit DataDirectory(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path log() const { return root_ / "log"; }
  std::filesystem::path keys() const { return root_ / "keys"; }
  std::filesystem::path keyring() const { return root_ / "keyring"; }
  std::filesystem::path identity() const { return root_ / "identity"; }
  std::filesystem::path kafka_topics() const { return root_ / "kafka_topics"; }
  std::filesystem::path projections() const { return root_ / "projections"; }
  std::filesystem::path projection(std::string_view name) const { return projections() / name; }

 private:
  std::filesystem::path root_;
};

}  // namespace twinledger
