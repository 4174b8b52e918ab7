// An entry of the outbox as a file.
//
//   name      sequence "-" id ".entry"                 sequence: 20 digits; id: UUID
//   contents  "twinledger outbox 1\n" sha256 "\n" entry
//   sha256    of entry, 64 lower-case hexadecimal digits
//   entry     outbox.v1.Entry, serialized
//
// The sequence is the order of queueing. A file that differs in any bit is no entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "twinledger/outbox/v1/entry.pb.h"

namespace twinledger::client {

struct EntryName {
  std::uint64_t sequence = 0;
  std::string id;

  friend auto operator<=>(const EntryName&, const EntryName&) = default;
};

std::string FileNameOf(const EntryName& name);

// Nothing if it is the name of no entry.
std::optional<EntryName> ParseEntryName(std::string_view file_name);

std::string EncodeEntry(const outbox::v1::Entry& entry);

// DATA_LOSS, reason ENTRY_DAMAGED; UNIMPLEMENTED, reason ENTRY_NEWER, of a later client. `file` is
// for the message.
Result<outbox::v1::Entry> DecodeEntry(std::string_view contents, const std::string& file);

}  // namespace twinledger::client
