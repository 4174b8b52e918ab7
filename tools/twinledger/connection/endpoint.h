// Which servers, and with which credentials.
//
//   server        the setting (server_list.h has its grammar); else, with the credentials of a data
//   directory, where its server
//                 listens now; else profile.json of the credentials; else 127.0.0.1:7443
//   credentials   --credentials; else DATA_DIR/identity/clients/ACCOUNT with --as ACCOUNT; else, on
//                 the machine of a server, that of the account that fits the command
//
// A credentials folder holds ca.pem, cert.pem, key.pem and profile.json, as
// `twinledger identity issue` writes it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "twinledger/config/settings.h"
#include "twinledger/connection/server_list.h"

namespace twinledger::client {

struct Endpoint {
  ServerList servers;
  std::string server_source;     // "flag --server", "data/endpoint.json".
  std::filesystem::path folder;  // Of the credentials.
  std::string ca_pem;
  std::string cert_pem;
  std::string key_pem;
  WallTime not_after;  // Of the certificate.
};

// `account` is the local account that fits the command: "agency-analyst". UNAUTHENTICATED, reason
// NO_CREDENTIALS, CREDENTIALS_UNREADABLE, KEY_EXPOSED (others can read it) or CREDENTIALS_MIXED
// (the files are not of one issue), naming the file or folder and what to do; INVALID_ARGUMENT as
// ParseServers.
Result<Endpoint> FindEndpoint(const Settings& settings, std::string_view account);

// The servers alone, and where it comes from, whether or not there are credentials.
Setting FindServer(const Settings& settings, std::string_view account);

}  // namespace twinledger::client
