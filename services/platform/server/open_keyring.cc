#include "platform/server/open_keyring.h"

namespace twinledger::server {

Result<OpenedKeyring> OpenKeyring(const DataDirectory& data, const log::Founding& founding,
                                  bool replica, RandomSource& random) {
  const std::string& log_id = founding.root.log_id();
  OpenedKeyring opened{.keyring = nullptr, .made = !keyring::HasKeyring(data)};
  if (opened.made && replica) {
    return Error{Code::kFailedPrecondition,
                 data.keyring().string() +
                     ": a replica has the keys of sealed fields from the first server: bring them "
                     "with `twinledger replica refresh`",
                 "KEYRING_MISSING",
                 {{"folder", data.keyring().string()}}};
  }
  if (opened.made) TL_TRY_VOID(keyring::CreateKeyring(data, log_id, random));
  TL_TRY(opened.keyring, keyring::Keyring::Open(data, log_id, random));
  return opened;
}

}  // namespace twinledger::server
