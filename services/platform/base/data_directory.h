// What lies where in a data directory. Paths only: who owns a folder creates it.
//
//   log/                the embedded log: segments, HEAD, LOCK
//   keys/               writer-<stream>.pem, request_digest.key, token.key, founding.sha256;
//                       recovery.pem until the operator moves it offline
//   identity/           ca.pem, ca.key, server.pem, server.key, issued.jsonl, revoked.txt,
//   clients/<account>/ projections/<name>/ one RocksDB a module; may be deleted at any time
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
  std::filesystem::path identity() const { return root_ / "identity"; }
  std::filesystem::path projection(std::string_view name) const {
    return root_ / "projections" / name;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace twinledger
