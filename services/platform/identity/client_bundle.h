// What a client needs to talk to a server, in one folder:
//
//   ca.pem         whom to believe
//   cert.pem       who it is
//   key.pem        its secret
//   profile.json   {"server": ..., "trust_domain": ..., "uri": ...}
#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.h"

namespace twinledger::identity {

struct ClientBundle {
  std::string authority_pem;
  std::string certificate_pem;
  std::string key_pem;
  std::string server;
  std::string trust_domain;
  std::string uri;
};

Error FolderExists(const std::filesystem::path& folder);

// Writes a new folder, whole or not at all. ALREADY_EXISTS, reason FOLDER_EXISTS, if it is there.
Result<void> WriteBundle(const std::filesystem::path& folder, const ClientBundle& bundle);

// FAILED_PRECONDITION, reason BAD_BUNDLE, with the file that is missing, exposed or malformed.
Result<ClientBundle> ReadBundle(const std::filesystem::path& folder);

}  // namespace twinledger::identity
