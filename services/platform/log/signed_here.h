// The records that writers of this process signed lately. Whoever reads one back, with the same
// body and the same signature, knows what verifying it would tell: that it was signed by that key.
//
// One for the process, of the last few hundred records: a writer knows no reader, and a record that
// is not remembered is verified.
#pragma once

#include <string_view>

#include "platform/crypto/hash.h"
#include "twinledger/log/v1/record.pb.h"

namespace twinledger::log {

// `body` is the hash of what was signed, as a record. Threads: thread-safe, both.
void NoteSignedHere(const v1::PublicKey& key, const crypto::Hash& body, std::string_view signature);
bool WasSignedHere(const v1::PublicKey& key, const crypto::Hash& body, std::string_view signature);

}  // namespace twinledger::log
