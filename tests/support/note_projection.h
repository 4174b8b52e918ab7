// The smallest domain: an entity holds one text. For tests of the platform.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "platform/projection/projection.h"
#include "platform/writer/command.h"

namespace twinledger::testing {

// An event is the text that its entity holds from then on. The event "?" is one that this program
// cannot apply.
class NoteProjection final : public projection::Projection {
 public:
  static constexpr store::TableId kNotes = 16;

  static store::RowKey KeyOf(const log::v1::EntityKey& key) { return {key.type(), key.id()}; }

  std::string_view name() const override { return "notes"; }
  std::uint32_t schema_version() const override { return 7; }
  std::vector<std::string> streams() const override { return {"registry"}; }

  std::optional<projection::Unapplicable> Apply(const log::PartitionId&,
                                                const log::AcceptedCommit& accepted,
                                                store::RowWriter& rows) const override {
    const log::v1::Commit& commit = accepted.commit;
    for (const std::string& event : commit.events()) {
      if (event == "?") return projection::Unapplicable{"an event of an unknown kind"};
      rows.PutBytes(kNotes, KeyOf(commit.key()), event);
    }
    return std::nullopt;
  }
};

// Sets the entity's text; unchanged if it is that already. The text "no" is forbidden.
inline writer::Decide SetNote(const log::v1::EntityKey& key, const std::string& text) {
  return [key, text](const store::RowReader& rows,
                     const writer::DecisionContext&) -> Result<writer::Decision> {
    if (text == "no") {
      log::v1::Refusal refusal;
      refusal.set_code(static_cast<int>(Code::kFailedPrecondition));
      refusal.set_reason("FORBIDDEN");
      refusal.set_message("Set another text.");
      return writer::Decision(std::move(refusal));
    }
    TL_TRY(const auto note, rows.Find(NoteProjection::kNotes, NoteProjection::KeyOf(key)));
    if (note && note->bytes == text) return writer::Decision(writer::Events{});
    return writer::Decision(writer::Events{.events = {text}});
  };
}

inline writer::Command NoteCommand(const std::string& request_id, const std::string& entity,
                                   const std::string& text, const std::string& actor = "account") {
  writer::Command command;
  command.key.set_type("council");
  command.key.set_id(entity);
  command.method = "test.Notes/SetNote";
  command.actor = actor;
  command.request_id = request_id;
  command.digest = crypto::Sha256({entity, "/", text});
  command.decide = SetNote(command.key, text);
  return command;
}

}  // namespace twinledger::testing
