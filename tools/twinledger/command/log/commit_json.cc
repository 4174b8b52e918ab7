#include "twinledger/command/log/commit_json.h"

#include <fmt/format.h>

#include <memory>

#include "audit/replay/event_text.h"
#include "twinledger/command/log/commands.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/fields/to_json.h"
#include "twinledger/output/time_text.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"
#include "twinledger/risk/events/v1/risk_events.pb.h"

namespace twinledger::client {
namespace {

using google::protobuf::Message;

// Of the stream's events; nothing for a stream that this client does not know.
std::unique_ptr<Message> NewEvent(std::string_view stream) {
  if (stream == "registry") return std::make_unique<registry::events::v1::RegistryEvent>();
  if (stream == "engagement") return std::make_unique<engagement::events::v1::EngagementEvent>();
  if (stream == "risk") return std::make_unique<risk::events::v1::RiskEvent>();
  return nullptr;
}

// The one field of the oneof that is set.
const google::protobuf::FieldDescriptor* KindOf(const Message& event) {
  const auto& kinds = *event.GetDescriptor()->oneof_decl(0);
  return event.GetReflection()->GetOneofFieldDescriptor(event, &kinds);
}

Json EventJson(std::string_view stream, const std::string& bytes) {
  const std::unique_ptr<Message> event = NewEvent(stream);
  const bool readable = event != nullptr && event->ParseFromString(bytes);
  const auto* kind = readable ? KindOf(*event) : nullptr;
  if (kind == nullptr) return {{"type", audit::kUnknownType}, {"bytes", crypto::Hex(bytes)}};
  const auto& reflection = *event->GetReflection();
  Json shown = {{"type", kind->name()},
                {"content", ToJson(reflection.GetMessage(*event, kind))},
                {"provenance", nullptr}};
  const auto* provenance = event->GetDescriptor()->FindFieldByName("provenance");
  if (provenance != nullptr && reflection.HasField(*event, provenance)) {
    shown["provenance"] = ToJson(reflection.GetMessage(*event, provenance));
  }
  return shown;
}

std::string KeyText(const log::v1::EntityKey& key) {
  return fmt::format("{}/{}", key.type(), key.id());
}

std::string OutcomeText(log::v1::Outcome outcome) {
  const auto* value = log::v1::Outcome_descriptor()->FindValueByNumber(outcome);
  return value == nullptr ? std::to_string(outcome) : ShortName(*value);
}

std::string MarkingText(log::v1::Marking marking) {
  const auto* value = log::v1::Marking_descriptor()->FindValueByNumber(marking);
  return value == nullptr ? std::to_string(marking) : ShortName(*value);
}

// Null for what no call asked for, and for commits of programs that did not record it.
Json TraceText(const log::v1::Commit& commit) {
  return commit.correlation_id().empty() ? Json() : Json(commit.correlation_id());
}

Json TypesOf(const Json& events) {
  Json types = Json::array();
  for (const Json& event : events) types.push_back(event["type"]);
  return types;
}

}  // namespace

Json CommitJson(const log::PartitionId& partition, const log::v1::Commit& commit,
                const crypto::Hash& commit_hash, const crypto::Hash& record_hash) {
  Json events = Json::array();
  for (const std::string& bytes : commit.events()) {
    events.push_back(EventJson(partition.stream, bytes));
  }
  if (commit.has_control()) {
    events.push_back({{"type", audit::kControlType}, {"content", ToJson(commit.control())}});
  }
  const WallTime time{std::chrono::microseconds(commit.record_time_us())};
  return {{"position", PositionText(partition, commit.sequence())},
          {"commit_hash", crypto::Hex(commit_hash)},
          {"record_hash", crypto::Hex(record_hash)},
          {"record_time", TimeForPrograms(time)},
          {"actor", commit.actor()},
          {"method", commit.method()},
          {"request_id", commit.request_id()},
          {"trace_id", TraceText(commit)},
          {"outcome", OutcomeText(commit.outcome())},
          {"refusal_reason", commit.has_refusal() ? Json(commit.refusal().reason()) : Json()},
          {"key", KeyText(commit.key())},
          {"marking", MarkingText(commit.marking())},
          {"event_types", TypesOf(events)},
          {"events", events}};
}

}  // namespace twinledger::client
