// A history as the log has it: events in commits of their entity's partition, followed into a store
// in memory; and what it scores.
#pragma once

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "platform/log/partition.h"
#include "platform/store/memory_store.h"
#include "risk/domain/assess.h"
#include "risk/inputs/extraction.h"
#include "risk/inputs/input_tables.h"
#include "risk/rules/built_in.h"
#include "twinledger/engagement/events/v1/engagement_events.pb.h"
#include "twinledger/registry/events/v1/registry_events.pb.h"

namespace twinledger::risk {

inline constexpr std::uint32_t kPartitions = 4;
inline constexpr std::int64_t kDayUs = 86'400'000'000;

inline const std::string kHutt = "hutt-city";
inline const std::string kRelationship = "rel-1";

inline Day On(const std::string& date) {
  const std::optional<Day> day = ParseDay(date);
  EXPECT_TRUE(day) << date;
  return day.value_or(0);
}

inline const Day kToday = On("2026-06-30");

// What is said twice takes the place of what was said first.
template <class Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &message)) << text;
  return message;
}

// "offered_on { year: 2026 month: 3 day: 22 }"
inline std::string DateText(const std::string& field, Day day) {
  const std::string text = ToText(day);
  return field + " { year: " + text.substr(0, 4) +
         " month: " + std::to_string(std::stoi(text.substr(5, 2))) +
         " day: " + std::to_string(std::stoi(text.substr(8, 2))) + " }";
}
inline std::string DateText(const std::string& field, const std::string& date) {
  return DateText(field, On(date));
}

// Threads: confined to one.
class Ledger {
 public:
  Ledger() {
    Register(kToday - 4000, R"pb(council_registered { council_id: "hutt-city" })pb");
    Register(kToday - 4000,
             R"pb(relationship_recorded { council_id: "hutt-city" relationship_id: "rel-1" })pb");
  }

  // The reason for parking, if it parks. `key` is "council/hutt-city".
  std::string Apply(const std::string& stream, const std::string& key, Day day,
                    const std::string& event) {
    log::AcceptedCommit accepted;
    log::v1::Commit& commit = accepted.commit;
    commit.mutable_key()->set_type(key.substr(0, key.find('/')));
    commit.mutable_key()->set_id(key.substr(key.find('/') + 1));
    const log::PartitionId partition{stream, log::PartitionOf(commit.key(), kPartitions)};
    commit.set_sequence(++tips_[partition]);
    commit.set_record_time_us(day * kDayUs);
    commit.add_events(event);
    store::Overlay rows(store_);
    rows.Begin(partition, commit.sequence());
    const auto failed = FollowInputs(partition, accepted, rows);
    if (failed) return failed->error;
    EXPECT_FALSE(rows.fault()) << rows.fault()->message;
    EXPECT_TRUE(store_.Write(rows.Take()).ok());
    return "";
  }

  std::string Register(Day day, const std::string& event,
                       const std::string& key = "council/hutt-city") {
    return Apply("registry", key, day,
                 Parse<registry::events::v1::RegistryEvent>(event).SerializeAsString());
  }
  std::string Engage(Day day, const std::string& event, const std::string& council = kHutt) {
    return Apply("engagement", "council/" + council, day,
                 Parse<engagement::events::v1::EngagementEvent>(event).SerializeAsString());
  }

  // `fields` are those of the record; it is of rel-1 unless it says otherwise.
  void Submit(const std::string& id, Day recorded, const std::string& fields,
              const std::string& relationship = kRelationship) {
    EXPECT_EQ(Engage(recorded, "record_submitted { council_id: 'hutt-city' record_id: '" + id +
                                   "' fields { relationship_id: '" + relationship + "' " + fields +
                                   " } }"),
              "");
  }
  void Amend(const std::string& id, Day recorded, const std::string& path,
             const std::string& fields) {
    EXPECT_EQ(Engage(recorded, "record_amended { council_id: 'hutt-city' record_id: '" + id +
                                   "' paths: '" + path + "' fields { " + fields + " } }"),
              "");
  }
  // "record_verified", "record_returned", "record_retracted"
  void Step(const std::string& kind, const std::string& id, Day recorded) {
    EXPECT_EQ(Engage(recorded, kind + " { council_id: 'hutt-city' record_id: '" + id + "' }"), "");
  }
  void Principal(const std::string& id, const std::string& event) {
    EXPECT_EQ(Register(kToday - 3000, event, "principal/" + id), "");
  }

  CouncilInputs Read(const std::optional<store::Cut>& cut = std::nullopt) const {
    const auto inputs = ReadCouncilInputs(store::CutReader(store_, cut), kHutt);
    EXPECT_TRUE(inputs.ok()) << inputs.error().message;
    return inputs.ok() ? *inputs : CouncilInputs();
  }
  v1::ScoringInput Extract(Day as_of = kToday) const {
    return ExtractRelationship(Read(), kRelationship, Tl1(), as_of);
  }
  v1::Assessment Score(Day as_of = kToday) const {
    const v1::ScoringInput input = Extract(as_of);
    const auto assessment = Assess(input, Tl1());
    EXPECT_TRUE(assessment.ok()) << input.DebugString();
    return assessment.ok() ? *assessment : v1::Assessment();
  }

  const store::MemoryStore& store() const { return store_; }
  const store::Cut& tips() const { return tips_; }

 private:
  store::MemoryStore store_;
  store::Cut tips_;
};

// The fact of that id; nothing where there is none.
inline std::optional<v1::Fact> FactIn(const v1::ScoringInput& input, const std::string& id) {
  for (const v1::Fact& fact : input.facts()) {
    if (fact.id() == id) return fact;
  }
  return std::nullopt;
}

// How an indicator stands: the cases of its facts, "UNKNOWN e1" for each event that could not be
// judged, or "NO_HIT"; with commas between.
inline std::string Standing(const v1::ScoringInput& input, const std::string& indicator) {
  std::string text;
  const auto add = [&](const std::string& one) { text += (text.empty() ? "" : ", ") + one; };
  for (const v1::Fact& fact : input.facts()) {
    if (fact.indicator() == indicator) add(fact.case_());
  }
  for (const v1::JudgedOutcome& judged : input.outcomes()) {
    if (judged.indicator() != indicator) continue;
    const std::string outcome = v1::Outcome_Name(judged.outcome()).substr(8);
    add(judged.event().empty() ? outcome : outcome + " " + judged.event());
  }
  return text;
}

}  // namespace twinledger::risk
