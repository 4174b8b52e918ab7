#include "twinledger/command/outbox/open.h"

#include <fmt/format.h>

#include <csignal>

#include "platform/base/environment.h"
#include "twinledger/command/connect.h"
#include "twinledger/import/interrupt.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {

Result<OpenedOutbox> OpenOutbox(Session& session) {
  constexpr std::string_view kSuggested = "officer-1";
  TL_TRY(std::unique_ptr<Connection> connection, ConnectToWrite(session, kSuggested));
  TL_TRY(const Endpoint endpoint, FindEndpoint(session.settings(), kSuggested));
  TL_TRY(OutboxOwner owner, OwnerOf(endpoint));
  TL_TRY(const std::filesystem::path root, OutboxRoot(Environment));
  TL_TRY(Outbox outbox, Outbox::Open(root, std::move(owner)));
  return OpenedOutbox{std::move(outbox), std::move(connection)};
}

Delivery::Send SendBy(Connection& connection) {
  return [&connection](const engagement::v1::SubmitRecordRequest& request)
             -> Result<engagement::v1::SubmitRecordResponse> {
    engagement::v1::SubmitRecordResponse response;
    TL_TRY_VOID(connection.Call(kSubmitMethod, request, response));
    return response;
  };
}

LockWait WaitOf(const Session& session) {
  return {.longest = session.timeout(), .stopped = [] { return Interrupt::Signal() != 0; }};
}

ExitCode ExitCodeOfOutbox(const Error& error) {
  if (error.code != Code::kCancelled) return ExitCodeOf(error);
  return Interrupt::Signal() == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
}

ExitCode FailUnanswered(Session& session, const EntryName& name, const Error& error) {
  const ExitCode exit = session.Fail(error);
  if (VerdictOf(error) != Verdict::kOpen) return exit;
  session.Note(
      fmt::format("it is kept on this machine as {}; whether it was recorded is not "
                  "known. `twinledger outbox flush` sends it again under the same "
                  "request id, so that it is recorded once",
                  name.id));
  return error.code == Code::kCancelled ? ExitCodeOfOutbox(error) : ExitCode::kQueued;
}

std::vector<std::string> NoteStrangers(Session& session, const Outbox& outbox) {
  const Result<std::vector<std::string>> strangers = outbox.Strangers();
  if (!strangers) return {};
  for (const std::string& file : *strangers) {
    session.Note(
        Printable(fmt::format("{} is no entry of the outbox, and is not sent: move it away",
                              (outbox.folder() / file).string())));
  }
  return *strangers;
}

}  // namespace twinledger::client
