#include "engagement/rpc/intents.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "engagement/projection/engagement_view.h"
#include "engagement/rpc/refusals.h"

namespace twinledger::engagement {
namespace {

// The journey that a device names, by the command or else by the record.
std::string TravelNamed(const RecordCommand& command, const std::optional<Record>& record) {
  std::string travel;
  if (record) travel = record->fields().device().travel_record_id();
  std::visit(
      [&](const auto& wish) {
        if constexpr (requires { wish.fields; }) {
          const std::string& named = wish.fields.device().travel_record_id();
          if (!named.empty()) travel = named;
        }
      },
      command);
  return travel;
}

Result<Situation> Look(const store::RowReader& rows, const RecordName& name,
                       const RecordCommand& command,
                       const std::optional<Versioned<Record>>& current) {
  Situation situation{name.council, name.record};
  if (current) situation.record = current->row;
  TL_TRY(const std::optional<state::v1::KnownCouncilRow> council,
         FindKnownCouncil(rows, name.council));
  if (council) situation.council_status = council->status();
  const std::string travel = TravelNamed(command, situation.record);
  if (travel.empty()) return situation;
  TL_TRY(std::optional<Versioned<Record>> found, FindRecord(rows, name.council, RecordId(travel)));
  if (found) situation.travel = std::move(found->row);
  return situation;
}

std::string EtagOf(const RecordCommand& command) {
  return std::visit(
      [](const auto& wish) -> std::string {
        if constexpr (requires { wish.etag; }) return wish.etag;
        return {};
      },
      command);
}

Error NotReadYet() {
  return {.code = Code::kUnavailable,
          .message =
              "the version that this write is based on was read here only now: repeat the "
              "same request",
          .reason = "REPEAT",
          .retry_after = std::chrono::milliseconds(100)};
}

// What the writer records, and in `prospect` what becomes of the record.
writer::Decision Settle(const Decision& decision, const RecordName& name, const Told& told,
                        const std::optional<Record>& current, std::optional<Record>& prospect) {
  if (!decision) return RefusalOf(decision.error(), NameOf(name.council, name.record));
  Record record = current.value_or(Record());
  writer::Events events;
  for (const Event& event : *decision) {
    events.events.push_back(event.SerializeAsString());
    record = Evolve(std::move(record), event, told);
  }
  events.marking = static_cast<log::v1::Marking>(record.fields().marking());
  events.release_class = static_cast<log::v1::ReleaseClass>(record.fields().release_class());
  prospect = std::move(record);
  return events;
}

}  // namespace

rpc::Intent IntentOn(RecordName name, RecordCommand command, Write write, Prospect prospect,
                     std::optional<Error> unmet) {
  log::v1::EntityKey key = KeyOf(name.council);
  return {std::move(key),
          [name = std::move(name), command = std::move(command), write = std::move(write),
           prospect = std::move(prospect)](
              const store::RowReader& rows,
              const writer::DecisionContext& decision) -> Result<writer::Decision> {
            TL_TRY(const std::optional<Versioned<Record>> current,
                   FindRecord(rows, name.council, name.record));
            TL_TRY(const Situation situation, Look(rows, name, command, current));
            if (write.unsealed && current && current->etag == EtagOf(command)) return NotReadYet();
            const Context context{decision.actor, current ? current->etag : "",
                                  fields::LatestDay(decision.record_time)};
            return Settle(Decide(situation, command, context), name,
                          {decision.actor, write.request_id}, situation.record, prospect->record);
          },
          std::move(unmet)};
}

}  // namespace twinledger::engagement
