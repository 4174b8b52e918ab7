// Everything that waits is sent.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "twinledger/command/outbox/commands.h"
#include "twinledger/command/outbox/open.h"
#include "twinledger/command/outbox/rows.h"
#include "twinledger/command/outbox/signal_watch.h"
#include "twinledger/output/progress.h"

namespace twinledger::client {
namespace {

ExitCode ExitCodeOf(const DeliveryReport& report, bool has_strangers) {
  if (report.held_by) return ExitCode::kPartial;
  if (report.stopped) {
    if (report.stopped->code == Code::kCancelled) return ExitCodeOfOutbox(*report.stopped);
    if (report.stopped->reason == "FILE_ERROR") return ExitCode::kFailed;
    switch (VerdictOf(*report.stopped)) {
      case Verdict::kRefused:
        return ExitCode::kPartial;
      case Verdict::kNotTaken:
        return client::ExitCodeOf(*report.stopped);
      case Verdict::kOpen:
        return ExitCode::kQueued;
    }
  }
  return report.unreadable.empty() && !has_strangers ? ExitCode::kDone : ExitCode::kIntegrity;
}

Json FactsOf(const DeliveryReport& report, const std::vector<std::string>& strangers) {
  Json facts = {{"delivered", report.delivered},
                {"waiting", report.waiting},
                {"held_by", report.held_by ? Json(report.held_by->id()) : Json()},
                {"stopped", report.stopped ? ErrorJson(*report.stopped) : Json()},
                {"unreadable", Json::array()},
                {"strangers", strangers}};
  for (const UnreadableEntry& entry : report.unreadable) {
    facts["unreadable"].push_back(UnreadableRow(entry.name.id, entry.why));
  }
  return facts;
}

// What a refused one asks of its user; `id` is refused and `behind` wait for it.
void NoteRefused(Session& session, const std::string& id, std::size_t behind) {
  session.Note(
      fmt::format("{} is refused, and {} behind it {}. Look at it with `twinledger outbox "
                  "get {}`; then retry it, once what it needs is there, or drop it and "
                  "submit it anew",
                  id, behind, behind == 1 ? "waits" : "wait", id));
}

// Another account may have the right to it; one of another council's has not and never will.
void NoteNotTaken(Session& session, const std::string& id, std::size_t behind) {
  session.Note(fmt::format(
      "{} is not taken from this account, and {} behind it {}. If it is of another council, or is "
      "not to be sent, `twinledger outbox drop {}` lets the others go on",
      id, behind, behind == 1 ? "waits" : "wait", id));
}

// `last` is of the one that was sent last.
void Conclude(Session& session, const DeliveryReport& report,
              const std::optional<outbox::v1::Entry>& last) {
  for (const UnreadableEntry& entry : report.unreadable) {
    PrintError(session.terminal(), entry.why);
  }
  if (report.stopped) PrintError(session.terminal(), *report.stopped);
  const std::size_t behind = report.waiting - std::min<std::size_t>(report.waiting, 1);
  if (report.held_by) {
    NoteRefused(session, report.held_by->id(), behind);
  } else if (last && last->state() == outbox::v1::STATE_REFUSED) {
    NoteRefused(session, last->id(), behind);
  } else if (last && report.stopped && VerdictOf(*report.stopped) == Verdict::kNotTaken) {
    NoteNotTaken(session, last->id(), behind);
  } else if (report.stopped) {
    session.Note(
        fmt::format("{} sent, {} still {}; nothing is lost, and `twinledger outbox flush` "
                    "goes on where it stopped",
                    report.delivered, report.waiting, report.waiting == 1 ? "waits" : "wait"));
  } else if (!session.FormatIsForPrograms()) {
    session.Note(fmt::format("{} sent", report.delivered));
  }
}

DeliveryReport FlushWithProgress(Session& session, OpenedOutbox& opened,
                                 const Delivery::Told& print) {
  Progress progress(session.terminal(), session.clock(), "flush", "submissions", std::nullopt);
  std::uint64_t sent = 0;
  const auto told = [&](const Sent& one) {
    print(one);
    progress.At(++sent);
  };
  return Delivery(opened.outbox, session.clock(), SendBy(*opened.connection), told).Flush();
}

ExitCode FlushOutbox(Session& session) {
  Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  Outbox& outbox = opened->outbox;
  const SignalWatch watch(*opened->connection);
  const Result<FolderLock> sending = outbox.LockSending(WaitOf(session));
  if (!sending) {
    session.Fail(sending.error());
    return ExitCodeOfOutbox(sending.error());
  }
  Printer printer = session.Print({.kind = "sent",
                                   .columns = {{"id", "ID"},
                                               {"outcome", "OUTCOME"},
                                               {"kind", "KIND"},
                                               {"council", "COUNCIL", Column::Kind::kId},
                                               {"record", "RECORD", Column::Kind::kId},
                                               {"error", "ERROR"}}});
  std::optional<outbox::v1::Entry> last;
  const auto print = [&](const Sent& sent) {
    last = sent.entry;
    printer.Row(SentRow(sent));
  };
  const DeliveryReport report = FlushWithProgress(session, *opened, print);
  const std::vector<std::string> strangers = NoteStrangers(session, outbox);
  printer.Finish(FactsOf(report, strangers));
  Conclude(session, report, last);
  return ExitCodeOf(report, !strangers.empty());
}

}  // namespace

void AddOutboxFlush(Command group) {
  Command flush = group.Add("flush",
                            "sends what waits, in the order in which it was submitted; stops at "
                            "what is refused, and where no server answers within --timeout",
                            "twinledger --as officer-1 outbox flush\n"
                            "twinledger --as officer-1 outbox flush --timeout 5m");
  flush.OnRun(FlushOutbox);
}

}  // namespace twinledger::client
