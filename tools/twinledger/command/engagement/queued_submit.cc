#include "twinledger/command/engagement/queued_submit.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "twinledger/command/engagement/api.h"
#include "twinledger/command/outbox/open.h"
#include "twinledger/command/outbox/signal_watch.h"
#include "twinledger/command/registry/resource.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/outbox/submission.h"

namespace twinledger::client {
namespace {

using engagement::v1::SubmitRecordRequest;
using engagement::v1::SubmitRecordResponse;

using Answered = std::optional<Result<SubmitRecordResponse>>;

// What became of this one while it and all before it were sent.
struct Tried {
  Answered answer = std::nullopt;
  std::size_t before = 0;                            // That went first.
  std::optional<std::string> behind = std::nullopt;  // The id of one that is refused.
  DeliveryReport report = {};
};

Tried TryAll(Session& session, OpenedOutbox& opened, const EntryName& name,
             const SubmitRecordRequest& request) {
  Tried tried;
  const Delivery::Send send = SendBy(*opened.connection);
  const auto told = [&](const Sent& sent) {
    if (sent.entry.id() == name.id) {
      tried.answer = sent.answer;
    } else if (sent.answer) {
      ++tried.before;
    } else if (sent.entry.state() == outbox::v1::STATE_REFUSED) {
      tried.behind = sent.entry.id();
    }
  };
  tried.report = Delivery(opened.outbox, session.clock(), send, told).Flush(name);
  if (tried.answer || tried.report.stopped) return tried;
  if (!tried.report.held_by) {  // Another command has sent it meanwhile: the same answer again.
    tried.answer = send(request);
  } else if (tried.report.held_by->id() == name.id) {  // Likewise, and it was refused.
    tried.answer = ErrorIn(tried.report.held_by->last_answer());
  } else {
    tried.behind = tried.report.held_by->id();
  }
  return tried;
}

ExitCode PrintSubmitted(Session& session, const SubmitRecordResponse& response) {
  Json facts = Json::object();
  TellNotice(session, response.notice(), facts);
  PrintWritten(session, RecordApi::kSingular, ToJson(response.record()), ToJson(response.receipt()),
               facts);
  return ExitCode::kDone;
}

// It waits: the result names it, and stderr says why and what to do.
ExitCode PrintQueued(Session& session, const EntryName& name, const SubmitRecordRequest& request,
                     const Error& why) {
  PrintError(session.terminal(), why);
  Printer printer =
      session.Print({.kind = "queued",
                     .columns = {{"queued.id", "queued"}, {"queued.record", "record"}},
                     .single = true});
  printer.Row({{"queued",
                {{"id", name.id},
                 {"request_id", request.request_id()},
                 {"record", SummaryOf(request).record}}},
               {"error", ErrorJson(why)}});
  printer.Finish();
  session.Note(
      "it is kept on this machine, and not confirmed; `twinledger outbox flush` sends it when the "
      "server can be reached, under the same request id, so that it is recorded once");
  return why.code == Code::kCancelled ? ExitCodeOfOutbox(why) : ExitCode::kQueued;
}

Error Behind(const std::string& refused) {
  return {.code = Code::kFailedPrecondition,
          .message = fmt::format("{} is refused and holds what was submitted after it: retry or "
                                 "drop that one first (twinledger outbox get {})",
                                 refused, refused),
          .reason = "BEHIND_A_REFUSED",
          .metadata = {{"id", refused}}};
}

// What waited before this command may have been recorded long ago: that the caller is not let in
// any more says nothing of it.
bool StillWaits(const Error& error, bool waited) {
  const Verdict verdict = VerdictOf(error);
  return verdict == Verdict::kOpen || (verdict == Verdict::kNotTaken && waited);
}

ExitCode Conclude(Session& session, Outbox& outbox, const EntryName& name,
                  const SubmitRecordRequest& request, const Tried& tried, bool waited) {
  for (const UnreadableEntry& entry : tried.report.unreadable) {
    PrintError(session.terminal(), entry.why);
  }
  if (tried.before > 0) session.Note(fmt::format("{} that waited went first", tried.before));
  if (!tried.answer) {
    return PrintQueued(session, name, request,
                       tried.behind ? Behind(*tried.behind) : *tried.report.stopped);
  }
  if (tried.answer->ok()) {
    // Recorded, and could not be taken out: sent again it gets the same answer.
    if (tried.report.stopped) PrintError(session.terminal(), *tried.report.stopped);
    return PrintSubmitted(session, **tried.answer);
  }
  const Error& error = tried.answer->error();
  if (StillWaits(error, waited)) return PrintQueued(session, name, request, error);
  const Result<void> removed = outbox.Remove(name);
  if (!removed) PrintError(session.terminal(), removed.error());
  return session.Fail(error);
}

}  // namespace

ExitCode SubmitOrQueue(Session& session, SubmitRecordRequest& request, WriteFlags& flags) {
  if (flags.validate_only) {
    return session.Fail(Error{.code = Code::kInvalidArgument,
                              .message = "--validate-only records nothing, so there is nothing to "
                                         "keep: leave out one of it and --queue-if-offline",
                              .reason = "NOTHING_TO_QUEUE"});
  }
  const Result<void> filled = FillWrite(request, session.clock().Now(), flags);
  if (!filled) return session.Fail(filled.error());
  Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  const SignalWatch watch(*opened->connection);
  const bool waited = opened->outbox.Find(request.request_id()).ok();
  const Result<EntryName> name =
      opened->outbox.Add(EntryOf(request, session.clock().Now()), WaitOf(session));
  if (!name) return session.Fail(name.error());
  const Result<FolderLock> sending = opened->outbox.LockSending(WaitOf(session));
  if (!sending) return PrintQueued(session, *name, request, sending.error());
  return Conclude(session, opened->outbox, *name, request, TryAll(session, *opened, *name, request),
                  waited);
}

}  // namespace twinledger::client
