// Entries of the outbox as JSON. Nothing that was written in clear, unless a name says so.
#pragma once

#include <string>

#include "twinledger/outbox/delivery.h"
#include "twinledger/output/printer.h"

namespace twinledger::client {

// Where it waits, since when, how often it was tried, and why it still waits: its reason alone, as
// a message may repeat a text.
Json EntryRow(const outbox::v1::Entry& entry, WallTime now);

// The request with its texts, and the whole last answer.
Json EntryInClear(const outbox::v1::Entry& entry);

// A file that is no entry, or cannot be read as one.
Json UnreadableRow(const std::string& id, const Error& why);

// "sent", and what became of it.
Json SentRow(const Sent& sent);

}  // namespace twinledger::client
