// The outbox of a session's account, and the way to its server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "twinledger/command/session.h"
#include "twinledger/connection/connection.h"
#include "twinledger/outbox/delivery.h"
#include "twinledger/outbox/store.h"

namespace twinledger::client {

struct OpenedOutbox {
  Outbox outbox;
  std::unique_ptr<Connection> connection;  // Not made before the first call.
};

// As ConnectToWrite: somebody must have said as whom.
Result<OpenedOutbox> OpenOutbox(Session& session);

Delivery::Send SendBy(Connection& connection);

// As long as a call may take; a signal ends it.
LockWait WaitOf(const Session& session);

// CANCELLED is by a signal: the code that a shell gives it.
ExitCode ExitCodeOfOutbox(const Error& error);

// Says what a try of an entry ended with; where that is open, also that it goes on waiting, and
// what to do: kQueued, or the code of the signal. Else as for any command.
ExitCode FailUnanswered(Session& session, const EntryName& name, const Error& error);

// Names on stderr the files in the outbox that are no entries.
std::vector<std::string> NoteStrangers(Session& session, const Outbox& outbox);

}  // namespace twinledger::client
