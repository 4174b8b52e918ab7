// One entry: sent once more, or taken out.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/uuid.h"
#include "platform/crypto/system_random.h"
#include "twinledger/command/outbox/commands.h"
#include "twinledger/command/outbox/open.h"
#include "twinledger/command/outbox/rows.h"
#include "twinledger/command/outbox/signal_watch.h"

namespace twinledger::client {
namespace {

struct EntryFlags {
  std::string id;
  bool yes = false;
};

ExitCode PrintSent(Session& session, const Sent& sent) {
  Printer printer =
      session.Print({.kind = "sent",
                     .columns = {{"id", "id"},
                                 {"outcome", "outcome"},
                                 {"record", "record"},
                                 {"receipt.position", "position"},
                                 {"receipt.record_time", "recorded", Column::Kind::kTime}},
                     .single = true});
  printer.Row(SentRow(sent));
  printer.Finish();
  return ExitCode::kDone;
}

ExitCode RetryEntry(Session& session, const EntryFlags& flags) {
  Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  Outbox& outbox = opened->outbox;
  const SignalWatch watch(*opened->connection);
  const Result<FolderLock> sending = outbox.LockSending(WaitOf(session));
  if (!sending) {
    session.Fail(sending.error());
    return ExitCodeOfOutbox(sending.error());
  }
  const Result<EntryName> name = outbox.Find(flags.id);
  if (!name) return session.Fail(name.error());
  std::optional<Sent> sent;
  const auto told = [&sent](const Sent& answered) { sent = answered; };
  crypto::SystemRandom random;
  const Result<void> retried = Delivery(outbox, session.clock(), SendBy(*opened->connection), told)
                                   .Retry(*name, TimeOrderedUuid(session.clock().Now(), random));
  if (!sent) return session.Fail(retried.error());  // Nothing was sent.
  if (!sent->answer) return FailUnanswered(session, *name, sent->answer.error());
  PrintSent(session, *sent);
  if (retried) return ExitCode::kDone;
  PrintError(session.terminal(), retried.error());  // It is recorded, and could not be taken out.
  return ExitCode::kFailed;
}

// Of one that cannot be read nobody knows more than of one that waits.
bool IsRefused(const Outbox& outbox, const EntryName& name) {
  const Result<outbox::v1::Entry> entry = outbox.Load(name);
  return entry.ok() && entry->state() == outbox::v1::STATE_REFUSED;
}

bool IsConfirmed(Session& session, const Outbox& outbox, const EntryName& name) {
  session.terminal().err << fmt::format(
                                "{} {}; take it out for good? [y/N] ", name.id,
                                IsRefused(outbox, name)
                                    ? "was refused, and is not recorded"
                                    : "waits for a server, and may have been recorded already")
                         << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line == "y" || line == "Y" || line == "yes";
}

ExitCode DropEntry(Session& session, const EntryFlags& flags) {
  Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  Outbox& outbox = opened->outbox;
  Result<EntryName> name = outbox.Find(flags.id);
  if (!name) return session.Fail(name.error());
  if (!flags.yes && !IsConfirmed(session, outbox, *name)) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "nothing was taken out: answer y, or give --yes",
                              .reason = "NOT_CONFIRMED"});
  }
  const Result<FolderLock> sending =
      outbox.LockSending({.longest = session.timeout(), .stopped = [] { return false; }});
  if (!sending) return session.Fail(sending.error());
  name = outbox.Find(name->id);  // It may have been sent meanwhile.
  if (!name) return session.Fail(name.error());
  const Result<void> removed = outbox.Remove(*name);
  if (!removed) return session.Fail(removed.error());
  Printer printer = session.Print({.kind = "dropped", .columns = {{"id", "id"}}, .single = true});
  printer.Row({{"id", name->id}});
  printer.Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddOutboxChanges(Command group) {
  auto retried = std::make_shared<EntryFlags>();
  Command retry = group.Add("retry",
                            "sends one alone once more; one that was refused, under a new request "
                            "id, since the old one gets the old answer for ever",
                            "twinledger --as officer-1 outbox retry ID");
  retry.Required("id", retried->id, "its id, as `list` shows it, or the beginning of it");
  retry.OnRun([retried](Session& session) { return RetryEntry(session, *retried); });

  auto dropped = std::make_shared<EntryFlags>();
  Command drop = group.Add("drop", "takes one out, for good; what was recorded stays recorded",
                           "twinledger --as officer-1 outbox drop ID\n"
                           "twinledger --as officer-1 outbox drop ID --yes");
  drop.Required("id", dropped->id, "its id, as `list` shows it, or the beginning of it");
  drop.Flag("--yes", dropped->yes, "do not ask");
  drop.OnRun([dropped](Session& session) { return DropEntry(session, *dropped); });
}

}  // namespace twinledger::client
