// What waits: as a list without texts, and one whole.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "twinledger/command/connect.h"
#include "twinledger/command/outbox/commands.h"
#include "twinledger/command/outbox/open.h"
#include "twinledger/command/outbox/rows.h"

namespace twinledger::client {
namespace {

// What this account does not send, so that nobody forgets it.
Json NoteOthers(Session& session, const Outbox& outbox) {
  Json others = Json::array();
  for (const OtherOutbox& other : outbox.Others()) {
    others.push_back({{"folder", other.folder.string()}, {"waiting", other.waiting}});
    session.Note(fmt::format("{} more {} in {}: of another account, or of other credentials",
                             other.waiting, other.waiting == 1 ? "waits" : "wait",
                             other.folder.string()));
  }
  return others;
}

ExitCode ListEntries(Session& session) {
  const Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  const Outbox& outbox = opened->outbox;
  const Result<std::vector<EntryName>> names = outbox.Names();
  if (!names) return session.Fail(names.error());
  Printer printer = session.Print({.kind = "entries",
                                   .columns = {{"id", "ID"},
                                               {"state", "STATE"},
                                               {"age", "AGE"},
                                               {"command", "COMMAND"},
                                               {"kind", "KIND"},
                                               {"council", "COUNCIL", Column::Kind::kId},
                                               {"tries", "TRIES", Column::Kind::kNumber},
                                               {"last_error", "LAST ERROR"}}});
  const WallTime now = session.clock().Now();
  for (const EntryName& name : *names) {
    const Result<outbox::v1::Entry> entry = outbox.Load(name);
    if (entry) {
      printer.Row(EntryRow(*entry, now));
    } else if (entry.error().reason != "ENTRY_GONE") {
      printer.Row(UnreadableRow(name.id, entry.error()));
      PrintError(session.terminal(), entry.error());
    }
  }
  printer.Finish({{"account", outbox.owner().account},
                  {"folder", outbox.folder().string()},
                  {"others", NoteOthers(session, outbox)}});
  NoteStrangers(session, outbox);
  return ExitCode::kDone;
}

ExitCode GetEntry(Session& session, const std::string& id) {
  const Result<OpenedOutbox> opened = OpenOutbox(session);
  if (!opened) return session.Fail(opened.error());
  const Result<EntryName> name = opened->outbox.Find(id);
  if (!name) return session.Fail(name.error());
  const Result<outbox::v1::Entry> entry = opened->outbox.Load(*name);
  if (!entry) return session.Fail(entry.error());
  Json row = EntryRow(*entry, session.clock().Now());
  row.update(EntryInClear(*entry));
  Printer printer = session.Print({.kind = "entries",
                                   .columns = {{"id", "id"},
                                               {"state", "state"},
                                               {"record", "record"},
                                               {"queue_time", "queued", Column::Kind::kTime},
                                               {"tries", "tries"},
                                               {"last_answer.reason", "last_error"},
                                               {"last_answer.message", "because"},
                                               {"request", "request"}},
                                   .single = true});
  printer.Row(row);
  printer.Finish();
  return ExitCode::kDone;
}

}  // namespace

void AddOutboxReads(Command group) {
  Command list = group.Add("list", "what waits for a server, without its texts",
                           "twinledger --as officer-1 outbox list\n"
                           "twinledger --as officer-1 outbox list -o json");
  list.OnRun(ListEntries);

  auto id = std::make_shared<std::string>();
  Command get = group.Add("get", "one of them, with its texts and its last answer",
                          "twinledger --as officer-1 outbox get ID -o json");
  get.Required("id", *id, "its id, as `list` shows it, or the beginning of it");
  get.OnRun([id](Session& session) { return GetEntry(session, *id); });
}

}  // namespace twinledger::client
