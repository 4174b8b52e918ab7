// Private keys of any kind as PEM, for signatures and certificates.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string_view>

namespace twinledger::crypto {

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// Nothing unless there is a key that is not encrypted: nobody is asked for a passphrase.
KeyHandle ParsePrivateKey(std::string_view pem);

}  // namespace twinledger::crypto
